/-! Looking for a number in a list. Another correct program (the program only: its proofs are open). -/

namespace Contains

def contains (xs : List Nat) (x : Nat) : Bool := xs.any (· == x)

theorem contains_iff (xs : List Nat) (x : Nat) : contains xs x = true ↔ x ∈ xs := by
  sorry

end Contains
