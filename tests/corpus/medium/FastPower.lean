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

theorem pow_eq (b n : Nat) : pow b n = b ^ n := by
  sorry

theorem times_eq (a b : Nat) : times a b = a * b := by
  sorry

end FastPower
