/-! The integer part of the square root. -/

namespace SquareRoot

def root (n : Nat) : Nat :=
  match n with
  | 0 => 0
  | m + 1 => if (root m + 1) * (root m + 1) ≤ m + 1 then root m + 1 else root m

theorem root_mul_root_le (n : Nat) : root n * root n ≤ n := by
  induction n with
  | zero => simp [root]
  | succ m ih => simp only [root]; split <;> omega

theorem lt_succ_root (n : Nat) : n < (root n + 1) * (root n + 1) := by
  induction n with
  | zero => simp [root]
  | succ m ih =>
    simp only [root]; split
    · have : (root m + 1 + 1) * (root m + 1 + 1) = (root m + 1) * (root m + 1) + 2 * root m + 3 := by grind
      omega
    · omega

end SquareRoot
