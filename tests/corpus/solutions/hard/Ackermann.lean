/-! The function of Ackermann and Péter, and how it grows. -/

namespace Ackermann

def ack : Nat → Nat → Nat
  | 0, n => n + 1
  | m + 1, 0 => ack m 1
  | m + 1, n + 1 => ack m (ack (m + 1) n)
termination_by m n => (m, n)

theorem ack_two (n : Nat) : ack 2 n = 2 * n + 3 := by
  have h1 : ∀ n, ack 1 n = n + 2 := by
    intro n
    induction n with
    | zero => simp [ack]
    | succ n ih => rw [ack, ih, ack]
  induction n with
  | zero => simp [ack]
  | succ n ih => rw [ack, ih, h1]; omega

theorem ack_three (n : Nat) : ack 3 n + 3 = 2 ^ (n + 3) := by
  induction n with
  | zero => rw [ack, ack_two]
  | succ n ih =>
    have h1 : ack 3 (n + 1) = ack 2 (ack 3 n) := by rw [ack]
    have h2 : 2 ^ (n + 1 + 3) = 2 ^ (n + 3) * 2 := by rw [show n + 1 + 3 = n + 3 + 1 by omega, Nat.pow_succ]
    rw [h1, ack_two]
    omega

/-- Auxiliary -/
theorem lt_ack (m n : Nat) : n < ack m n := by
  fun_induction ack m n with
  | case1 n => omega
  | case2 m ih => omega
  | case3 m n ih1 ih2 => omega

/-- Auxiliary -/
theorem ack_lt_succ (m n : Nat) : ack m n < ack m (n + 1) := by
  cases m with
  | zero => simp [ack]
  | succ m => rw [ack]; exact lt_ack m _

theorem ack_lt_ack (m n k : Nat) (h : n < k) : ack m n < ack m k := by
  induction k with
  | zero => omega
  | succ k ih =>
    have h1 := ack_lt_succ m k
    by_cases e : n = k
    · rw [e]; exact h1
    · have := ih (by omega)
      omega

/-- Auxiliary -/
theorem ack_succ_le (m n : Nat) : ack m (n + 1) ≤ ack (m + 1) n := by
  induction n with
  | zero => rw [ack]; exact Nat.le_refl _
  | succ n ih =>
    have h1 := lt_ack m (n + 1)
    have h2 : n + 2 ≤ ack (m + 1) n := by omega
    rw [ack.eq_3]
    rcases Nat.lt_or_eq_of_le h2 with h | h
    · exact Nat.le_of_lt (ack_lt_ack m _ _ h)
    · rw [← h]
      exact Nat.le_refl _

/-- The first argument counts for more than the second. -/
theorem ack_le_ack_left (l m n : Nat) (h : l ≤ m) : ack l n ≤ ack m n := by
  induction m with
  | zero => rw [Nat.le_zero.mp h]; exact Nat.le_refl _
  | succ m ih =>
    rcases Nat.lt_or_eq_of_le h with h | rfl
    · have h1 := ih (by omega)
      have h2 := ack_succ_le m n
      have h3 := ack_lt_succ m n
      omega
    · exact Nat.le_refl _

theorem ack_ack_lt (l m n : Nat) : ack l (ack m n) < ack (l + m + 2) n := by
  have h1 : ack l (ack m n) < ack (l + m + 1) (n + 1) := by
    rw [ack]
    have h2 := ack_le_ack_left l (l + m) (ack m n) (by omega)
    have h3 : ack m n < ack (l + m + 1) n := by
      have h4 := ack_le_ack_left (m + 1) (l + m + 1) n (by omega)
      have h5 := ack_succ_le m n
      have h6 := ack_lt_succ m n
      omega
    have h4 := ack_lt_ack (l + m) _ _ h3
    omega
  have := ack_succ_le (l + m + 1) n
  exact Nat.lt_of_lt_of_le h1 this

end Ackermann
