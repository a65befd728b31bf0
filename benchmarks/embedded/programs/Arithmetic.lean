/-! Small facts about numbers with tests. -/

namespace Arithmetic

def avg (a b : Nat) : Nat := (a + b) / 2

def isSquare (n : Nat) : Prop := ∃ k, n = k * k

def isOdd (n : Nat) : Bool := n % 2 == 1

def grade (n : Nat) : Nat := if n ≥ 90 then 4 else if n ≥ 70 then 3 else if n ≥ 50 then 2 else 1

def leap (y : Nat) : Bool := y % 4 == 0 && (y % 100 != 0 || y % 400 == 0)

def collatz (n : Nat) : Nat := if n % 2 = 0 then n / 2 else 3 * n + 1

theorem avg_le (a b : Nat) (h : a ≤ b) : a ≤ avg a b ∧ avg a b ≤ b := by
  sorry

theorem avg_self (a : Nat) : avg a a = a := by
  sorry

theorem avg_comm (a b : Nat) : avg a b = avg b a := by
  sorry

theorem isSquare_four : isSquare 4 := by
  sorry

theorem isSquare_mul (m n : Nat) (h : isSquare m) (h' : isSquare n) : isSquare (m * n) := by
  sorry

theorem isOdd_succ (n : Nat) : isOdd (n + 1) = !isOdd n := by
  sorry

theorem isOdd_mul (m n : Nat) : isOdd (m * n) = (isOdd m && isOdd n) := by
  sorry

theorem grade_pos (n : Nat) : 1 ≤ grade n ∧ grade n ≤ 4 := by
  sorry

theorem grade_mono (m n : Nat) (h : m ≤ n) : grade m ≤ grade n := by
  sorry

theorem leap_four (y : Nat) (h : leap y = true) : y % 4 = 0 := by
  sorry

theorem leap_400 (y : Nat) : leap (400 * y) = true := by
  sorry

theorem collatz_even (n : Nat) : collatz (2 * n) = n := by
  sorry

theorem collatz_odd (n : Nat) : collatz (2 * n + 1) = 6 * n + 4 := by
  sorry

theorem isSquare_mod (n : Nat) (h : isSquare n) : n % 4 = 0 ∨ n % 4 = 1 := by
  sorry

theorem square_diff (a b : Nat) : (a + b) * (a + b) = a * a + 2 * a * b + b * b := by
  sorry

end Arithmetic
