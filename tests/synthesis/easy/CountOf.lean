/-! How often a number occurs in a list. -/

namespace CountOf

def countOf (x : Nat) (xs : List Nat) : Nat := sorry

theorem countOf_eq_zero (x : Nat) (xs : List Nat) (h : x ∉ xs) : countOf x xs = 0 := by
  sorry

theorem countOf_append (x : Nat) (xs ys : List Nat) : countOf x (xs ++ ys) = countOf x xs + countOf x ys := by
  sorry

theorem countOf_replicate (n x : Nat) : countOf x (List.replicate n x) = n := by
  sorry

end CountOf
