/-! Two pigeons share a hole, and a program finds them. -/

namespace Pigeonhole

def mem (x : Nat) : List Nat → Bool
  | [] => false
  | y :: ys => x == y || mem x ys

/-- The first element that comes again later. -/
def findTwice : List Nat → Option Nat
  | [] => none
  | x :: xs => if mem x xs then some x else findTwice xs

def Below (n : Nat) (xs : List Nat) : Prop := ∀ x, mem x xs = true → x < n

/-- Auxiliary -/
def remove (x : Nat) : List Nat → List Nat
  | [] => []
  | y :: ys => if x = y then remove x ys else y :: remove x ys

/-- Auxiliary -/
theorem mem_remove (x y : Nat) (ys : List Nat) : mem x (remove y ys) = (mem x ys && x != y) := by
  induction ys <;> grind [mem, remove]

/-- Auxiliary -/
theorem findTwice_remove (y : Nat) (ys : List Nat) (h : findTwice ys = none) : findTwice (remove y ys) = none := by
  induction ys <;> grind [findTwice, remove, mem_remove]

/-- Auxiliary -/
theorem length_remove_of_not_mem (y : Nat) (ys : List Nat) (h : mem y ys = false) : remove y ys = ys := by
  induction ys <;> grind [remove, mem]

/-- Auxiliary -/
theorem length_remove (y : Nat) (ys : List Nat) (h : findTwice ys = none) : ys.length ≤ (remove y ys).length + 1 := by
  induction ys <;> grind [findTwice, remove, length_remove_of_not_mem]

/-- Auxiliary -/
theorem length_le (n : Nat) (xs : List Nat) (hb : Below n xs) (h : findTwice xs = none) : xs.length ≤ n := by
  induction n generalizing xs with
  | zero =>
    cases xs with
    | nil => simp
    | cons x xs => have := hb x (by simp [mem]); omega
  | succ n ih =>
    have h1 := length_remove n xs h
    have h2 := ih (remove n xs) (fun x hx => by
      rw [mem_remove] at hx
      have := hb x (by grind)
      grind) (findTwice_remove n xs h)
    omega

theorem findTwice_isSome (n : Nat) (xs : List Nat) (hb : Below n xs) (h : n < xs.length) :
    (findTwice xs).isSome = true := by
  cases hf : findTwice xs with
  | some x => rfl
  | none =>
    have := length_le n xs hb hf
    omega

theorem findTwice_spec (x : Nat) (xs : List Nat) (h : findTwice xs = some x) :
    ∃ i j : Nat, i < j ∧ xs[i]? = some x ∧ xs[j]? = some x := by
  have hm : ∀ ys, mem x ys = true → ∃ j : Nat, ys[j]? = some x := by
    intro ys
    induction ys with
    | nil => simp [mem]
    | cons y ys ih =>
      intro h
      by_cases e : x = y
      · exact ⟨0, by simp [e]⟩
      · obtain ⟨j, hj⟩ := ih (by simpa [mem, e] using h)
        exact ⟨j + 1, by simpa using hj⟩
  induction xs with
  | nil => simp [findTwice] at h
  | cons y ys ih =>
    simp only [findTwice] at h
    split at h
    · next hy =>
      cases h
      obtain ⟨j, hj⟩ := hm ys hy
      exact ⟨0, j + 1, by omega, by simp, by simpa using hj⟩
    · obtain ⟨i, j, hij, h1, h2⟩ := ih h
      exact ⟨i + 1, j + 1, by omega, by simpa using h1, by simpa using h2⟩

end Pigeonhole
