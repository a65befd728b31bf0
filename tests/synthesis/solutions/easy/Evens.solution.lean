/-! The even numbers of a list, in order. -/

namespace Evens

def evens (xs : List Nat) : List Nat :=
  match xs with
  | [] => []
  | x :: rest => if x % 2 = 0 then x :: evens rest else evens rest

theorem evens_sublist (xs : List Nat) : (evens xs).Sublist xs := by
  induction xs with
  | nil => exact List.Sublist.slnil
  | cons x rest ih =>
    simp only [evens]
    split
    · exact ih.cons₂ x
    · exact ih.cons x

theorem count_even (xs : List Nat) (x : Nat) (h : x % 2 = 0) : (evens xs).count x = xs.count x := by
  induction xs with
  | nil => rfl
  | cons y rest ih => simp only [evens]; grind

theorem even_of_mem (xs : List Nat) (x : Nat) (h : x ∈ evens xs) : x % 2 = 0 := by
  induction xs with
  | nil => simp [evens] at h
  | cons y rest ih => simp only [evens] at h; grind

end Evens
