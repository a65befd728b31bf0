def Rare (n : Nat) : Prop := n * n = 2 * n + 15

theorem target : Rare 5 := by
  sorry
