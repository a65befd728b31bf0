def f (n : Nat) : Nat := n % 7

theorem target (n : Nat) : f (f n) = f n := by
  sorry
