/-! Identities of the Fibonacci numbers. -/

namespace Fibonacci

def fib : Nat → Nat
  | 0 => 0
  | 1 => 1
  | n + 2 => fib n + fib (n + 1)

/-- The sum of the first `n` numbers. -/
def sumFib : Nat → Nat
  | 0 => 0
  | n + 1 => sumFib n + fib n

def sumSquares : Nat → Nat
  | 0 => 0
  | n + 1 => sumSquares n + fib n ^ 2

theorem fib_add (m n : Nat) : fib (m + n + 1) = fib m * fib n + fib (m + 1) * fib (n + 1) := by
  sorry

theorem sumSquares_eq (n : Nat) : sumSquares (n + 1) = fib n * fib (n + 1) := by
  sorry

theorem even_fib_iff (n : Nat) : fib n % 2 = 0 ↔ n % 3 = 0 := by
  sorry

end Fibonacci
