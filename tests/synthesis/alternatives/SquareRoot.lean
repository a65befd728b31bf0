/-! The integer part of the square root. Another correct program (the program only: its proofs are open). -/

namespace SquareRoot

def below (n : Nat) : Nat → Nat
  | 0 => 0
  | r + 1 => if (r + 1) * (r + 1) ≤ n then r + 1 else below n r

def root (n : Nat) : Nat := below n n

theorem root_mul_root_le (n : Nat) : root n * root n ≤ n := by
  sorry

theorem lt_succ_root (n : Nat) : n < (root n + 1) * (root n + 1) := by
  sorry

end SquareRoot
