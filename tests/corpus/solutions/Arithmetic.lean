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
decreasing_by exact Nat.mod_lt _ (by omega)

def power (b : Nat) : Nat → Nat
  | 0 => 1
  | n + 1 => b * power b n

section Sums

theorem two_mul_sumTo (n : Nat) : 2 * sumTo n = n * (n + 1) := by
  induction n <;> grind [sumTo]

theorem sumTo_eq (n : Nat) : sumTo n = n * (n + 1) / 2 := by
  grind [two_mul_sumTo]

theorem sumOdd_eq (n : Nat) : sumOdd n = n * n := by
  induction n <;> grind [sumOdd]

end Sums

section Fibonacci

theorem fibLoop_fib (k n : Nat) : fibLoop (fib k) (fib (k + 1)) n = fib (k + n) := by
  induction n generalizing k with
  | zero => rfl
  | succ n ih =>
    have h := ih (k + 1)
    rw [fib, Nat.add_right_comm] at h
    exact h

theorem fibLoop_eq (n : Nat) : fibLoop 0 1 n = fib n := by
  have h := fibLoop_fib 0 n
  simpa [fib] using h

theorem fib_pos {n : Nat} (h : 0 < n) : 0 < fib n := by
  fun_induction fib n <;> grind

/-- Neighbours have no common factor. -/
theorem gcd_fib_succ (n : Nat) : Nat.gcd (fib n) (fib (n + 1)) = 1 := by
  induction n with
  | zero => rfl
  | succ n ih => rw [fib, Nat.gcd_add_self_right, Nat.gcd_comm]; exact ih

end Fibonacci

section Euclid

theorem euclid_zero_right (m : Nat) : euclid m 0 = m := by
  grind [euclid]

theorem euclid_eq_gcd (m n : Nat) : euclid m n = Nat.gcd m n := by
  fun_induction euclid m n with
  | case1 => simp
  | case2 m n h ih => rw [ih, Nat.gcd_comm, ← Nat.gcd_rec, Nat.gcd_comm]

theorem euclid_dvd_left (m n : Nat) : euclid m n ∣ m := by
  rw [euclid_eq_gcd]; exact Nat.gcd_dvd_left m n

end Euclid

section DivMod

variable (a b n : Nat)

theorem div_add_mod_eq : n * (a / n) + a % n = a := by
  exact Nat.div_add_mod a n

theorem even_or_odd : (∃ k, a = 2 * k) ∨ ∃ k, a = 2 * k + 1 := by
  rcases Nat.mod_two_eq_zero_or_one a with h | h
  · exact .inl ⟨a / 2, by omega⟩
  · exact .inr ⟨a / 2, by omega⟩

/-- The middle of an interval lies in it, computed without overflow. -/
theorem midpoint_bounds (h : a < b) : a ≤ a + (b - a) / 2 ∧ a + (b - a) / 2 < b := by
  omega

theorem align_up (h : 0 < n) : a ≤ (a + n - 1) / n * n := by
  have h₁ := Nat.div_add_mod (a + n - 1) n
  have h₂ := Nat.mod_lt (a + n - 1) h
  rw [Nat.mul_comm]
  omega

theorem three_dvd_cube_sub : 3 ∣ a * a * a + 2 * a := by
  induction a with
  | zero => simp
  | succ a ih => grind

end DivMod

theorem power_add (b m n : Nat) : power b (m + n) = power b m * power b n := by
  induction m <;> grind [power]

theorem one_add_mul_le_power (x n : Nat) : 1 + n * x ≤ power (1 + x) n := by
  induction n with
  | zero => simp [power]
  | succ n ih =>
    have h := Nat.mul_le_mul_left (1 + x) ih
    have h' : (1 + x) * (1 + n * x) = 1 + (n + 1) * x + n * (x * x) := by grind
    rw [h'] at h
    exact Nat.le_trans (Nat.le_add_right _ _) h

end Arithmetic
