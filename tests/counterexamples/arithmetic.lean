/-! Arithmetic: truncated subtraction, division by zero, signs, powers, divisibility. -/

namespace Arithmetic

-- proof: omega
theorem true_sub_le (n m : Nat) : n - m ≤ n := by sorry
theorem false_sub_add (n m : Nat) : n - m + m = n := by sorry -- n := 0, m := 1
-- proof: omega
theorem true_sub_add (n m : Nat) (h : m ≤ n) : n - m + m = n := by sorry
theorem false_sub_comm (n m : Nat) : n - m = m - n := by sorry -- n := 0, m := 1
theorem false_sub_assoc (a b c : Nat) : a - (b - c) = a - b + c := by sorry
-- proof: simp
theorem true_div_zero (n : Nat) : n / 0 = 0 := by sorry
theorem false_div_mul (n m : Nat) : n / m * m = n := by sorry -- n := 1, m := 0
-- proof: exact Nat.div_mul_le_self n m
theorem true_div_mul_le (n m : Nat) : n / m * m ≤ n := by sorry
-- proof: exact Nat.div_add_mod n m
theorem true_div_add_mod (n m : Nat) : m * (n / m) + n % m = n := by sorry
theorem false_mod_lt (n m : Nat) : n % m < m := by sorry -- n := 0, m := 0
-- proof: exact Nat.mod_lt n h
theorem true_mod_lt (n m : Nat) (h : 0 < m) : n % m < m := by sorry
-- proof: omega
theorem true_mod_zero (n : Nat) : n % 0 = n := by sorry
theorem false_square_even (n : Nat) : n * n % 2 = 0 := by sorry -- n := 1
-- proof: exact Int.emod_nonneg a h
theorem true_emod_nonneg (a b : Int) (h : b ≠ 0) : 0 ≤ a % b := by sorry
theorem false_emod_sign (a b : Int) (h : b ≠ 0) : 0 ≤ a → a % b ≤ a / b := by sorry
-- proof: omega
theorem true_int_div_two (a : Int) : a / 2 * 2 ≤ a := by sorry
theorem false_int_div_neg (a : Int) : (-a) / 2 = -(a / 2) := by sorry -- a := 1
theorem false_int_sub_nonneg (a b : Int) : 0 ≤ a - b := by sorry -- a := 0, b := 1
theorem false_abs (a : Int) : (a.natAbs : Int) = a := by sorry -- a := -1
-- proof: omega
theorem true_abs (a : Int) : a ≤ (a.natAbs : Int) := by sorry
-- proof: omega
theorem true_toNat (a : Int) (h : 0 ≤ a) : (a.toNat : Int) = a := by sorry
theorem false_toNat (a : Int) : (a.toNat : Int) = a := by sorry -- a := -1
theorem false_hundred (n : Nat) : n < 100 := by sorry
theorem false_large (n : Nat) : n < 12 := by sorry -- n := 12
theorem false_mul_cancel (a b c : Nat) (h : a * b = a * c) : b = c := by sorry -- a := 0, b := 0, c := 1
-- proof: exact Nat.eq_of_mul_eq_mul_left ha h
theorem true_mul_cancel (a b c : Nat) (ha : 0 < a) (h : a * b = a * c) : b = c := by sorry
theorem false_pow (n : Nat) : n ^ 2 ≤ 2 ^ n := by sorry -- n := 3
theorem false_square_add (a b : Int) : (a + b) ^ 2 = a ^ 2 + b ^ 2 := by sorry
theorem false_prime (n : Nat) (h : 1 < n) (h2 : n % 2 = 1) : n % 3 = 0 ∨ n = 5 ∨ n = 7 := by sorry -- n := 11
theorem false_exists_half (n : Nat) : ∀ k < n, 2 * k < n := by sorry -- n := 2, k := 1
-- proof: exact ⟨n, by omega⟩
theorem true_exists_larger (n : Nat) : ∃ k, n ≤ k := by sorry
-- proof: exact ⟨n + 100, by omega⟩
theorem true_exists_far (n : Nat) : ∃ k, n + 99 < k := by sorry
-- proof: omega
theorem true_even_hyp (n : Nat) (h : ∃ k, n = 2 * k) : n % 2 = 0 := by sorry
theorem false_even_hyp (n : Nat) (h : ∃ k, n = 2 * k) : n % 4 = 0 := by sorry -- n := 2
theorem false_iff (n : Nat) : n % 2 = 0 ↔ n % 4 = 0 := by sorry -- n := 2
-- proof: omega
theorem vacuous_lt (n : Nat) (h : n < 0) : n = 7 := by sorry
-- proof: omega
theorem vacuous_contradiction (n m : Nat) (h : n < m) (k : m < n) : n = m := by sorry
-- proof: omega
theorem true_rare (n : Nat) (h : n * 3 = 21) : n = 7 := by sorry
theorem false_rare (n : Nat) (h : n * 3 = 21) : n = 8 := by sorry -- n := 7
-- proof: intro k _; omega
theorem true_bounded (n : Nat) : ∀ k, k < n → k ≤ n := by sorry
-- proof: omega
theorem true_max (a b : Nat) : max a b = max b a := by sorry
theorem false_max (a b : Nat) : max a b = a := by sorry -- a := 0, b := 1

end Arithmetic
