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

/-- Auxiliary -/
theorem fib_add (m n : Nat) : fib (m + n + 1) = fib m * fib n + fib (m + 1) * fib (n + 1) := by
  induction n generalizing m with
  | zero => simp [fib]
  | succ n ih =>
    have := ih (m + 1)
    rw [show m + (n + 1) + 1 = m + 1 + n + 1 by omega, this]
    simp only [fib]
    grind

/-- Auxiliary -/
theorem fib_le_succ (n : Nat) : fib n ≤ fib (n + 1) := by
  cases n with
  | zero => simp [fib]
  | succ n => simp only [fib]; omega

/-- Auxiliary -/
theorem fib_two_mul (n : Nat) : fib (2 * n) = fib n * (2 * fib (n + 1) - fib n) := by
  cases n with
  | zero => rfl
  | succ n =>
    have h := fib_add (n + 1) n
    rw [show n + 1 + n + 1 = 2 * (n + 1) by omega] at h
    have e : 2 * fib (n + 1 + 1) - fib (n + 1) = 2 * fib n + fib (n + 1) := by
      simp only [fib]
      omega
    rw [h, e]
    simp only [fib]
    grind

theorem fast_eq (n : Nat) : fast n = (fib n, fib (n + 1)) := by
  fun_induction fast n with
  | case1 => rfl
  | case2 n h0 a b hab c d h ih =>
    rw [hab] at ih
    cases ih
    show (fib (n / 2) * (2 * fib (n / 2 + 1) - fib (n / 2)),
      fib (n / 2) * fib (n / 2) + fib (n / 2 + 1) * fib (n / 2 + 1)) = _
    have e : n = 2 * (n / 2) := by omega
    clear c d
    generalize n / 2 = k at *
    subst e
    rw [fib_two_mul, show 2 * k + 1 = k + k + 1 by omega, fib_add]
  | case3 n h0 a b hab c d h ih =>
    rw [hab] at ih
    cases ih
    show (fib (n / 2) * fib (n / 2) + fib (n / 2 + 1) * fib (n / 2 + 1),
      fib (n / 2) * (2 * fib (n / 2 + 1) - fib (n / 2)) +
        (fib (n / 2) * fib (n / 2) + fib (n / 2 + 1) * fib (n / 2 + 1))) = _
    have e : n = 2 * (n / 2) + 1 := by omega
    clear c d
    generalize n / 2 = k at *
    subst e
    have h1 := fib_add k k
    have h2 := fib_two_mul k
    rw [show k + k + 1 = 2 * k + 1 by omega] at h1
    simp only [fib, h1, h2]

/-- The identity of Cassini, for even and odd at once. -/
theorem cassini (n : Nat) :
    (fib (n + 1) : Int) * fib (n + 1) - fib n * fib (n + 2) = (-1) ^ n := by
  induction n with
  | zero => rfl
  | succ n ih =>
    rw [Int.pow_succ, ← ih]
    simp only [fib]
    grind

/-- Auxiliary -/
theorem coprime_succ (n : Nat) : Nat.gcd (fib n) (fib (n + 1)) = 1 := by
  induction n with
  | zero => rfl
  | succ n ih => rw [fib, Nat.gcd_add_self_right, Nat.gcd_comm]; exact ih

/-- Auxiliary -/
theorem gcd_fib_add (m n : Nat) : Nat.gcd (fib m) (fib (n + m)) = Nat.gcd (fib m) (fib n) := by
  cases m with
  | zero => simp
  | succ m =>
    rw [← Nat.add_assoc, fib_add n m, Nat.gcd_add_mul_right_right]
    have h : Nat.Coprime (fib m) (fib (m + 1)) := coprime_succ m
    exact h.gcd_mul_right_cancel_right (fib n)

theorem gcd_fib (m n : Nat) : Nat.gcd (fib m) (fib n) = fib (Nat.gcd m n) := by
  induction m, n using Nat.gcd.induction with
  | H0 n => simp [fib]
  | H1 m n hm ih =>
    have h : ∀ k r, Nat.gcd (fib m) (fib (r + m * k)) = Nat.gcd (fib m) (fib r) := by
      intro k
      induction k with
      | zero => intro r; rfl
      | succ k ihk => intro r; rw [Nat.mul_succ, ← Nat.add_assoc, gcd_fib_add, ihk]
    have h' := h (n / m) (n % m)
    rw [Nat.mod_add_div] at h'
    rw [h', Nat.gcd_comm, ih, Nat.gcd_rec m n]

theorem fib_dvd_fib (m n : Nat) (h : m ∣ n) : fib m ∣ fib n := by
  have := gcd_fib m n
  rw [Nat.gcd_eq_left h] at this
  exact Nat.gcd_eq_left_iff_dvd.mp this

end FibonacciGcd
