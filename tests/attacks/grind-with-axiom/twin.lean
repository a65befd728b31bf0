def f (n : Nat) : Nat := n % 7

@[grind =] theorem f_f (n : Nat) : f (f n) = f n := by simp [f]

theorem target (n : Nat) : f (f n) = f n := by
  grind
