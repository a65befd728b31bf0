def Rare (n : Nat) : Prop := n * n = 2 * n + 15

set_option warn.sorry false in
theorem known : Rare 5 := by sorry

theorem target : Rare 5 := by
  exact?
