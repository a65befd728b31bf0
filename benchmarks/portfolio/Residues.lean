/-! Statements about remainders, for measuring the portfolio. -/

namespace Residues

theorem square_mod_four (n : Nat) : n * n % 4 < 2 := by sorry

theorem square_mod_three : ∀ n : Int, n * n % 3 ≠ 2 := by sorry

theorem consecutive (n : Nat) : n * (n + 1) % 2 = 0 := by sorry

theorem cube (n : Nat) : 3 ∣ n ^ 3 + 2 * n := by sorry

theorem sum_odd (a b : Nat) (ha : a % 2 = 1) (hb : b % 2 = 1) : (a + b) % 2 = 0 := by sorry

theorem product_odd (a b : Nat) (ha : a % 2 = 1) (hb : b % 2 = 1) : (a * b) % 2 = 1 := by sorry

def rotate (n k : Nat) : Nat := (n + k) % 24

theorem rotate_twelve (n : Nat) (h : n < 24) : rotate (rotate n 12) 12 = n := by sorry

theorem round_up (a n : Nat) (h : 0 < n) : a ≤ (a + n - 1) / n * n := by sorry

theorem remainder_small (a n : Nat) (h : n ≠ 0) : a % n < n := by sorry

theorem quotient_le (a n : Nat) : a / n * n ≤ a := by sorry

theorem masked (b : BitVec 8) : b <<< 4 >>> 4 = b &&& 0x0f#8 := by sorry

theorem lower (b c : BitVec 8) : (b &&& c).toNat ≤ b.toNat := by sorry

theorem wrap (i : Fin 7) : i + 7 = i := by sorry

end Residues
