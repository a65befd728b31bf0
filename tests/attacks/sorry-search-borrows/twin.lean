def Rare (n : Nat) : Prop := n * n = 2 * n + 15

theorem known : Rare 5 := by unfold Rare; decide

theorem target : Rare 5 := by
  exact?
