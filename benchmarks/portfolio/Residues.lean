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

end Residues
