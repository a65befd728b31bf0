/-! Remainders and divisors by subtraction. -/

namespace Divisors

def modBy (m : Nat) (n : Nat) : Nat :=
  if h : 0 < m ∧ m ≤ n then modBy m (n - m) else n
termination_by n
decreasing_by omega

def divBy (m : Nat) (n : Nat) : Nat :=
  if h : 0 < m ∧ m ≤ n then divBy m (n - m) + 1 else 0
termination_by n
decreasing_by omega

def divides (m n : Nat) : Bool := n % m == 0

def digitsSum (n : Nat) : Nat :=
  if h : n < 10 then n else n % 10 + digitsSum (n / 10)
termination_by n
decreasing_by omega

theorem modBy_lt (m n : Nat) (h : 0 < m) : modBy m n < m := by
  sorry

theorem divBy_modBy (m n : Nat) : m * divBy m n + modBy m n = n := by
  sorry

theorem modBy_eq (m n : Nat) (h : 0 < m) : modBy m n = n % m := by
  sorry

theorem divBy_eq (m n : Nat) (h : 0 < m) : divBy m n = n / m := by
  sorry

theorem divides_self (n : Nat) : divides n n = true := by
  sorry

theorem divides_iff (m n : Nat) : divides m n = true ↔ m ∣ n := by
  sorry

theorem digitsSum_le (n : Nat) : digitsSum n ≤ n := by
  sorry

theorem modBy_le (m n : Nat) : modBy m n ≤ n := by
  sorry

theorem digitsSum_mod (n : Nat) : digitsSum n % 9 = n % 9 := by
  sorry

theorem modBy_zero (n : Nat) : modBy 0 n = n := by
  sorry

end Divisors
