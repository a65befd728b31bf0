def score (n : Nat) : Nat := n * n + 1

@[simp] theorem score_pos (n : Nat) : 0 < score n := Nat.succ_pos _

theorem target (n : Nat) : 0 < score n := by
  simp
