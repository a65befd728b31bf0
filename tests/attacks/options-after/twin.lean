set_option warn.sorry false
set_option linter.all false
theorem target (n : Nat) : n + n = 2 * n := by
  first
    | exact Nat.no_such_lemma n
    | omega
