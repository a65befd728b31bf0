/-! Two places of a list whose numbers have a given sum. -/

namespace TwoSum

/-- The first place that holds `x`, counted from `i`. -/
def find (x : Int) (i : Nat) : List Int → Option Nat
  | [] => none
  | y :: rest => if y = x then some i else find x (i + 1) rest

/-- `i` is the place of the list's head. -/
def go (target : Int) (i : Nat) : List Int → Option (Nat × Nat)
  | [] => none
  | x :: rest =>
    match find (target - x) (i + 1) rest with
    | some j => some (i, j)
    | none => go target (i + 1) rest

def twoSum (xs : List Int) (target : Int) : Option (Nat × Nat) :=
  go target 0 xs

theorem find_sound (x : Int) (i j : Nat) (xs : List Int) (h : find x i xs = some j) :
    i ≤ j ∧ xs[j - i]? = some x := by
  induction xs generalizing i with
  | nil => simp [find] at h
  | cons y rest ih =>
    simp only [find] at h
    split at h
    · simp at h; subst h; simp_all
    · obtain ⟨hl, hx⟩ := ih _ h
      refine ⟨by omega, ?_⟩
      rw [show j - i = (j - (i + 1)) + 1 by omega, List.getElem?_cons_succ, hx]

theorem go_sound (target : Int) (k i j : Nat) (xs : List Int) (h : go target k xs = some (i, j)) :
    k ≤ i ∧ i < j ∧ ∃ a b, xs[i - k]? = some a ∧ xs[j - k]? = some b ∧ a + b = target := by
  induction xs generalizing k with
  | nil => simp [go] at h
  | cons x rest ih =>
    simp only [go] at h
    split at h
    · rename_i j' hf
      simp at h
      obtain ⟨hl, hx⟩ := find_sound _ _ _ _ hf
      rw [← h.1, ← h.2]
      refine ⟨Nat.le_refl _, by omega, x, target - x, by simp, ?_, by omega⟩
      rw [show j' - k = (j' - (k + 1)) + 1 by omega, List.getElem?_cons_succ, hx]
    · obtain ⟨hk, hij, a, b, ha, hb, hs⟩ := ih _ h
      refine ⟨by omega, hij, a, b, ?_, ?_, hs⟩
      · rw [show i - k = (i - (k + 1)) + 1 by omega, List.getElem?_cons_succ, ha]
      · rw [show j - k = (j - (k + 1)) + 1 by omega, List.getElem?_cons_succ, hb]

theorem twoSum_lt (xs : List Int) (target : Int) (i j : Nat) (h : twoSum xs target = some (i, j)) :
    i < j ∧ j < xs.length := by
  obtain ⟨_, hij, a, b, _, hb, _⟩ := go_sound _ _ _ _ _ h
  exact ⟨hij, (List.getElem?_eq_some_iff.mp hb).1⟩

theorem twoSum_sum (xs : List Int) (target : Int) (i j : Nat) (h : twoSum xs target = some (i, j)) :
    xs.getD i 0 + xs.getD j 0 = target := by
  obtain ⟨_, _, a, b, ha, hb, hs⟩ := go_sound _ _ _ _ _ h
  simp at ha hb
  simp [List.getD, ha, hb, hs]

theorem find_none (x : Int) (i : Nat) (xs : List Int) (h : find x i xs = none) : x ∉ xs := by
  induction xs generalizing i with
  | nil => simp
  | cons y rest ih => simp only [find] at h; split at h <;> simp_all; grind

theorem go_none (target : Int) (k : Nat) (xs : List Int) (h : go target k xs = none) :
    xs.Pairwise fun a b => a + b ≠ target := by
  induction xs generalizing k with
  | nil => exact List.Pairwise.nil
  | cons x rest ih =>
    simp only [go] at h
    split at h
    · simp at h
    · rename_i hf
      refine List.Pairwise.cons (fun b hb hs => ?_) (ih _ h)
      have := find_none _ _ _ hf
      rw [show target - x = b by omega] at this
      exact this hb

/-- If there are such places, some are found. -/
theorem twoSum_none (xs : List Int) (target : Int) (h : twoSum xs target = none) :
    xs.Pairwise fun a b => a + b ≠ target := by
  exact go_none _ _ _ h

end TwoSum
