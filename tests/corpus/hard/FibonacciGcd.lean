/-! Fibonacci numbers: doubling, and the greatest common divisor. -/

namespace FibonacciGcd

def fib : Nat → Nat
  | 0 => 0
  | 1 => 1
  | n + 2 => fib n + fib (n + 1)

/-- `(fib n, fib (n + 1))` in logarithmically many steps. -/
def fast (n : Nat) : Nat × Nat :=
  if n = 0 then (0, 1)
  else
    let (a, b) := fast (n / 2)
    let c := a * (2 * b - a)
    let d := a * a + b * b
    if n % 2 = 0 then (c, d) else (d, c + d)
termination_by n
decreasing_by omega

theorem fast_eq (n : Nat) : fast n = (fib n, fib (n + 1)) := by
  sorry

/-- The identity of Cassini, for even and odd at once. -/
theorem cassini (n : Nat) :
    (fib (n + 1) : Int) * fib (n + 1) - fib n * fib (n + 2) = (-1) ^ n := by
  sorry

theorem gcd_fib (m n : Nat) : Nat.gcd (fib m) (fib n) = fib (Nat.gcd m n) := by
  sorry

theorem fib_dvd_fib (m n : Nat) (h : m ∣ n) : fib m ∣ fib n := by
  sorry

end FibonacciGcd
