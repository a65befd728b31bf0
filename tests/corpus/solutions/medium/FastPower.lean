/-! Powers with logarithmically many multiplications, and the multiplication of the Egyptians. -/

namespace FastPower

/-- `acc * b ^ n` -/
def powLoop (acc b n : Nat) : Nat :=
  if n = 0 then acc
  else if n % 2 = 1 then powLoop (acc * b) (b * b) (n / 2)
  else powLoop acc (b * b) (n / 2)
termination_by n
decreasing_by all_goals omega

def pow (b n : Nat) : Nat := powLoop 1 b n

/-- Multiplication by doubling and halving. -/
def times (a b : Nat) : Nat :=
  if a = 0 then 0
  else (if a % 2 = 1 then b else 0) + times (a / 2) (b + b)
termination_by a
decreasing_by omega

/-- Auxiliary: the loop with any accumulator. -/
theorem powLoop_eq (acc b n : Nat) : powLoop acc b n = acc * b ^ n := by
  fun_induction powLoop acc b n with
  | case1 acc b => simp
  | case2 acc b n h h1 ih =>
    rw [ih]
    have e : n = 2 * (n / 2) + 1 := by omega
    conv => rhs; rw [e, Nat.pow_succ, Nat.pow_mul]
    rw [show b ^ 2 = b * b from Nat.pow_two b, Nat.mul_assoc, Nat.mul_comm b]
  | case3 acc b n h h1 ih =>
    rw [ih]
    have e : n = 2 * (n / 2) := by omega
    conv => rhs; rw [e, Nat.pow_mul]
    rw [show b ^ 2 = b * b from Nat.pow_two b]

theorem pow_eq (b n : Nat) : pow b n = b ^ n := by
  simp [pow, powLoop_eq]

theorem times_eq (a b : Nat) : times a b = a * b := by
  fun_induction times a b with
  | case1 b => simp
  | case2 a b h ih =>
    rw [ih]
    have e : a = 2 * (a / 2) + a % 2 := by omega
    have : a % 2 = 0 ∨ a % 2 = 1 := by omega
    generalize a / 2 = q at *
    rcases this with h | h <;> rw [h] at e <;> subst e <;> simp [h] <;> grind

end FastPower
