/-! The even numbers of a list, in order. -/

namespace Evens

def evens (xs : List Nat) : List Nat := sorry

theorem evens_sublist (xs : List Nat) : (evens xs).Sublist xs := by
  sorry

theorem count_even (xs : List Nat) (x : Nat) (h : x % 2 = 0) : (evens xs).count x = xs.count x := by
  sorry

theorem even_of_mem (xs : List Nat) (x : Nat) (h : x ∈ evens xs) : x % 2 = 0 := by
  sorry

end Evens
