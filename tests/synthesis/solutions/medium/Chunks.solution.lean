/-! Cutting a list into pieces of `n` elements; the last one may be shorter. -/

namespace Chunks

/-- Put an element in front of pieces whose first one has room for at most `n`. -/
def cut (n : Nat) (fuel : Nat) (xs : List Nat) : List (List Nat) :=
  match fuel, xs with
  | _, [] => []
  | 0, _ => []
  | fuel + 1, x :: rest => (x :: rest).take n :: cut n fuel ((x :: rest).drop n)

def chunks (n : Nat) (xs : List Nat) : List (List Nat) :=
  cut n xs.length xs

theorem cut_eq (n fuel : Nat) (xs : List Nat) (h : xs ≠ []) : cut n (fuel + 1) xs = xs.take n :: cut n fuel (xs.drop n) := by
  cases xs with
  | nil => exact absurd rfl h
  | cons x rest => rfl

theorem cut_flatten (n fuel : Nat) (xs : List Nat) (hn : 0 < n) (h : xs.length ≤ fuel) : (cut n fuel xs).flatten = xs := by
  induction fuel generalizing xs with
  | zero => have : xs = [] := List.eq_nil_of_length_eq_zero (by omega)
            subst this; simp [cut]
  | succ fuel ih =>
    by_cases hx : xs = []
    · subst hx; simp [cut]
    · rw [cut_eq n fuel xs hx, List.flatten_cons, ih _ (by simp; omega), List.take_append_drop]

theorem flatten_chunks (n : Nat) (xs : List Nat) (h : 0 < n) : (chunks n xs).flatten = xs := by
  exact cut_flatten n _ xs h (Nat.le_refl _)

theorem cut_getElem? (n fuel : Nat) (xs : List Nat) (hn : 0 < n) (h : xs.length ≤ fuel) (i : Nat) (hi : n * i < xs.length) :
    (cut n fuel xs)[i]? = some ((xs.drop (n * i)).take n) := by
  induction fuel generalizing xs i with
  | zero => omega
  | succ fuel ih =>
    have hx : xs ≠ [] := by intro h; simp [h] at hi
    rw [cut_eq n fuel xs hx]
    cases i with
    | zero => simp
    | succ i =>
      rw [List.getElem?_cons_succ, ih (xs.drop n) (by simp; omega) i (by simp; grind), List.drop_drop]
      congr 3; grind

/-- Piece `i` starts at `n * i`. -/
theorem getElem_chunks (n : Nat) (xs : List Nat) (i : Nat) (h : 0 < n) (hi : n * i < xs.length) :
    (chunks n xs)[i]? = some ((xs.drop (n * i)).take n) := by
  exact cut_getElem? n _ xs h (Nat.le_refl _) i hi

theorem cut_ne_nil (n fuel : Nat) (xs c : List Nat) (hn : 0 < n) (h : c ∈ cut n fuel xs) : c ≠ [] := by
  induction fuel generalizing xs with
  | zero => cases xs <;> simp [cut] at h
  | succ fuel ih =>
    cases xs with
    | nil => simp [cut] at h
    | cons x rest =>
      simp only [cut, List.mem_cons] at h
      rcases h with rfl | h
      · cases n with
        | zero => omega
        | succ n => simp
      · exact ih _ h

theorem ne_nil_of_mem (n : Nat) (xs c : List Nat) (h : 0 < n) (hc : c ∈ chunks n xs) : c ≠ [] := by
  exact cut_ne_nil n _ xs c h hc

example : chunks 2 [1, 2, 3] = [[1, 2], [3]] := by decide

end Chunks
