/-!
# Arithmetic

Sums in closed form, Fibonacci by two programs, Euclid's algorithm, and facts about `/` and `%` that index
calculations lean on.
-/

namespace Arithmetic

/-- `0 + 1 + ⋯ + n` -/
def sumTo : Nat → Nat
  | 0 => 0
  | n + 1 => sumTo n + (n + 1)

/-- The sum of the first `n` odd numbers. -/
def sumOdd : Nat → Nat
  | 0 => 0
  | n + 1 => sumOdd n + (2 * n + 1)

def fib : Nat → Nat
  | 0 => 0
  | 1 => 1
  | n + 2 => fib n + fib (n + 1)

/-- The same numbers in linear time: `a` and `b` are neighbours in the sequence. -/
def fibLoop (a b : Nat) : Nat → Nat
  | 0 => a
  | n + 1 => fibLoop b (a + b) n

def euclid (m n : Nat) : Nat :=
  if n = 0 then m else euclid n (m % n)
termination_by n
decreasing_by sorry

def power (b : Nat) : Nat → Nat
  | 0 => 1
  | n + 1 => b * power b n

section Sums

theorem two_mul_sumTo (n : Nat) : 2 * sumTo n = n * (n + 1) := by
  sorry

theorem sumTo_eq (n : Nat) : sumTo n = n * (n + 1) / 2 := by
  sorry

theorem sumOdd_eq (n : Nat) : sumOdd n = n * n := by
  sorry

end Sums

section Fibonacci

theorem fibLoop_fib (k n : Nat) : fibLoop (fib k) (fib (k + 1)) n = fib (k + n) := by
  sorry

theorem fibLoop_eq (n : Nat) : fibLoop 0 1 n = fib n := by
  sorry

theorem fib_pos {n : Nat} (h : 0 < n) : 0 < fib n := by
  sorry

/-- Neighbours have no common factor. -/
theorem gcd_fib_succ (n : Nat) : Nat.gcd (fib n) (fib (n + 1)) = 1 := by
  sorry

end Fibonacci

section Euclid

theorem euclid_zero_right (m : Nat) : euclid m 0 = m := by
  sorry

theorem euclid_eq_gcd (m n : Nat) : euclid m n = Nat.gcd m n := by
  sorry

theorem euclid_dvd_left (m n : Nat) : euclid m n ∣ m := by
  sorry

end Euclid

section DivMod

variable (a b n : Nat)

theorem div_add_mod_eq : n * (a / n) + a % n = a := by
  sorry

theorem even_or_odd : (∃ k, a = 2 * k) ∨ ∃ k, a = 2 * k + 1 := by
  sorry

/-- The middle of an interval lies in it, computed without overflow. -/
theorem midpoint_bounds (h : a < b) : a ≤ a + (b - a) / 2 ∧ a + (b - a) / 2 < b := by
  sorry

theorem align_up (h : 0 < n) : a ≤ (a + n - 1) / n * n := by
  sorry

theorem three_dvd_cube_sub : 3 ∣ a * a * a + 2 * a := by
  sorry

end DivMod

theorem power_add (b m n : Nat) : power b (m + n) = power b m * power b n := by
  sorry

theorem one_add_mul_le_power (x n : Nat) : 1 + n * x ≤ power (1 + x) n := by
  sorry

end Arithmetic
