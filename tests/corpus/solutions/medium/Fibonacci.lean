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
  induction n generalizing m with
  | zero => simp [fib]
  | succ n ih =>
    have := ih (m + 1)
    rw [show m + (n + 1) + 1 = m + 1 + n + 1 by omega, this]
    simp only [fib]
    grind

theorem sumSquares_eq (n : Nat) : sumSquares (n + 1) = fib n * fib (n + 1) := by
  induction n with
  | zero => simp [sumSquares, fib]
  | succ n ih => rw [sumSquares, ih]; simp only [fib]; grind

theorem even_fib_iff (n : Nat) : fib n % 2 = 0 ↔ n % 3 = 0 := by
  have h : ∀ k, fib (3 * k) % 2 = 0 ∧ fib (3 * k + 1) % 2 = 1 := by
    intro k
    induction k with
    | zero => simp [fib]
    | succ k ih =>
      rw [show 3 * (k + 1) = 3 * k + 1 + 2 by omega, show 3 * k + 1 + 2 + 1 = 3 * k + 2 + 2 by omega]
      simp only [fib]
      omega
  obtain ⟨k, e⟩ : ∃ k, n = 3 * k ∨ n = 3 * k + 1 ∨ n = 3 * k + 2 := ⟨n / 3, by omega⟩
  have h' := h k
  rcases e with rfl | rfl | rfl
  · omega
  · omega
  · simp only [fib]; omega

end Fibonacci
