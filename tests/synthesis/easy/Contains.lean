/-! Looking for a number in a list. -/

namespace Contains

def contains (xs : List Nat) (x : Nat) : Bool := sorry

theorem contains_iff (xs : List Nat) (x : Nat) : contains xs x = true ↔ x ∈ xs := by
  sorry

end Contains
