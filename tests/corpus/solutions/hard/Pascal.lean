/-! Binomial coefficients by Pascal's triangle. -/

namespace Pascal

def choose : Nat → Nat → Nat
  | _, 0 => 1
  | 0, _ + 1 => 0
  | n + 1, k + 1 => choose n k + choose n (k + 1)

def fact : Nat → Nat
  | 0 => 1
  | n + 1 => (n + 1) * fact n

/-- `f 0 + ⋯ + f (n - 1)` -/
def sum (f : Nat → Nat) : Nat → Nat
  | 0 => 0
  | n + 1 => sum f n + f n

/-- Auxiliary -/
theorem choose_eq_zero (n k : Nat) (h : n < k) : choose n k = 0 := by
  induction n generalizing k with
  | zero => cases k with
    | zero => omega
    | succ k => rfl
  | succ n ih => cases k with
    | zero => omega
    | succ k => rw [choose, ih k (by omega), ih (k + 1) (by omega)]

/-- Auxiliary -/
theorem choose_self (n : Nat) : choose n n = 1 := by
  induction n with
  | zero => rfl
  | succ n ih => rw [choose, ih, choose_eq_zero n (n + 1) (by omega)]

theorem choose_mul_fact (m k : Nat) : choose (m + k) k * fact k * fact m = fact (m + k) := by
  suffices h : ∀ n m k, m + k = n → choose n k * fact k * fact m = fact n from h _ m k rfl
  intro n
  induction n with
  | zero =>
    intro m k h
    obtain ⟨rfl, rfl⟩ : m = 0 ∧ k = 0 := by omega
    rfl
  | succ n ih =>
    intro m k h
    cases k with
    | zero => obtain rfl : m = n + 1 := by omega
              simp [choose, fact]
    | succ k =>
      cases m with
      | zero =>
        obtain rfl : k = n := by omega
        rw [choose_self]; simp [fact]
      | succ m =>
        have h1 := ih (m + 1) k (by omega)
        have h2 := ih m (k + 1) (by omega)
        have h3 : fact (n + 1) = (m + 1 + (k + 1)) * fact n := by rw [fact]; congr 1; omega
        rw [h3]
        simp only [choose]
        simp only [fact] at *
        grind

theorem choose_symm (m k : Nat) : choose (m + k) k = choose (m + k) m := by
  have hpos : ∀ n, 0 < fact n := by
    intro n
    induction n with
    | zero => decide
    | succ n ih => rw [fact]; exact Nat.mul_pos (by omega) ih
  have h1 := choose_mul_fact m k
  have h2 := choose_mul_fact k m
  rw [Nat.add_comm k m] at h2
  have h3 : choose (m + k) k * (fact k * fact m) = choose (m + k) m * (fact k * fact m) := by
    rw [← Nat.mul_assoc, h1, ← h2]; grind
  exact Nat.eq_of_mul_eq_mul_right (Nat.mul_pos (hpos k) (hpos m)) h3

/-- The hockey stick: a diagonal adds up to the entry below its end. -/
theorem sum_diagonal (k n : Nat) : sum (fun i => choose i k) n = choose n (k + 1) := by
  induction n with
  | zero => rfl
  | succ n ih => rw [sum, ih, choose, Nat.add_comm]

theorem sum_row (n : Nat) : sum (choose n) (n + 1) = 2 ^ n := by
  have hs : ∀ m k, sum (choose (m + 1)) (k + 1) = sum (choose m) k + sum (choose m) (k + 1) := by
    intro m k
    induction k with
    | zero => simp [sum, choose]
    | succ k ih => rw [sum, ih]; simp only [sum, choose]; omega
  induction n with
  | zero => rfl
  | succ n ih =>
    rw [hs, ih, sum, ih, choose_eq_zero n (n + 1) (by omega), Nat.pow_succ]
    omega

end Pascal
