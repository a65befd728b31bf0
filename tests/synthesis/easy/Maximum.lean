/-! The largest element of a list, if there is one. -/

namespace Maximum

def maximum (xs : List Nat) : Option Nat := sorry

theorem maximum_eq_none (xs : List Nat) : maximum xs = none ↔ xs = [] := by
  sorry

theorem maximum_mem (xs : List Nat) (m : Nat) (h : maximum xs = some m) : m ∈ xs := by
  sorry

theorem le_maximum (xs : List Nat) (m x : Nat) (h : maximum xs = some m) (hx : x ∈ xs) : x ≤ m := by
  sorry

end Maximum
