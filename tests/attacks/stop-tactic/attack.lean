set_option warn.sorry false
theorem target (n : Nat) : n * n + n = n * (n + 1) := by
  stop
  exact Nat.no_such_lemma n
