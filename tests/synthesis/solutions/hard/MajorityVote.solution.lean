/-! The element that makes up more than half of a list, if there is one. -/

namespace MajorityVote

def majority (xs : List Nat) : Option Nat :=
  xs.find? fun x => decide (xs.length < 2 * xs.count x)

theorem majority_sound (xs : List Nat) (x : Nat) (h : majority xs = some x) : xs.length < 2 * xs.count x := by
  simpa using List.find?_some h

theorem majority_complete (xs : List Nat) (x : Nat) (h : xs.length < 2 * xs.count x) : majority xs = some x := by
  have hx : x ∈ xs := List.count_pos_iff.mp (by omega)
  have two (ys : List Nat) (a b : Nat) (hab : a ≠ b) : ys.count a + ys.count b ≤ ys.length := by
    induction ys with
    | nil => simp
    | cons y ys ih => simp only [List.count_cons, List.length_cons, beq_iff_eq]; grind
  cases hm : majority xs with
  | none =>
    have := List.find?_eq_none.mp hm x hx
    simp at this; omega
  | some y =>
    have hy := majority_sound xs y hm
    by_cases hxy : x = y
    · rw [hxy]
    · have := two xs x y hxy; omega

example : majority [1, 2, 1] = some 1 := by decide

end MajorityVote
