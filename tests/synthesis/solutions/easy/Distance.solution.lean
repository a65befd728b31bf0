/-! How far two numbers are apart. -/

namespace Distance

def distance (a b : Nat) : Nat :=
  if a ≤ b then b - a else a - b

/-- It leads from one of them to the other. -/
theorem distance_leads (a b : Nat) : a + distance a b = b ∨ b + distance a b = a := by
  unfold distance; split <;> omega

theorem distance_comm (a b : Nat) : distance a b = distance b a := by
  unfold distance; split <;> split <;> omega

example : distance 7 4 = 3 := by decide

end Distance
