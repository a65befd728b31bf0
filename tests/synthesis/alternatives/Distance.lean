/-! How far two numbers are apart. Another correct program (the program only: its proofs are open). -/

namespace Distance

def distance (a b : Nat) : Nat := (a - b) + (b - a)

/-- It leads from one of them to the other. -/
theorem distance_leads (a b : Nat) : a + distance a b = b ∨ b + distance a b = a := by
  sorry

theorem distance_comm (a b : Nat) : distance a b = distance b a := by
  sorry

example : distance 7 4 = 3 := by sorry

end Distance
