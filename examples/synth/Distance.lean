/-! How far two numbers are apart, by what a distance must do.

    gentzen synth examples/synth/Distance.lean --pareto
-/

def distance (a b : Nat) : Nat := sorry

/-- It leads from one of them to the other. -/
theorem distance_leads (a b : Nat) : a + distance a b = b ∨ b + distance a b = a := by
  sorry

/-- It is the same both ways. -/
theorem distance_comm (a b : Nat) : distance a b = distance b a := by
  sorry

example : distance 7 4 = 3 := by sorry
