/-! Powers and factorials. -/

namespace Power

def pow (b : Nat) : Nat → Nat
  | 0 => 1
  | n + 1 => b * pow b n

def fact : Nat → Nat
  | 0 => 1
  | n + 1 => (n + 1) * fact n

def powAcc (b : Nat) : Nat → Nat → Nat
  | 0, acc => acc
  | n + 1, acc => powAcc b n (acc * b)

def factAcc : Nat → Nat → Nat
  | 0, acc => acc
  | n + 1, acc => factAcc n (acc * (n + 1))

theorem pow_add (b m n : Nat) : pow b (m + n) = pow b m * pow b n := by
  sorry

theorem pow_eq (b n : Nat) : pow b n = b ^ n := by
  sorry

theorem pow_one (n : Nat) : pow 1 n = 1 := by
  sorry

theorem fact_pos (n : Nat) : 0 < fact n := by
  sorry

theorem powAcc_eq (b n acc : Nat) : powAcc b n acc = acc * pow b n := by
  sorry

theorem factAcc_eq (n acc : Nat) : factAcc n acc = acc * fact n := by
  sorry

theorem pow_pos (b n : Nat) (h : 0 < b) : 0 < pow b n := by
  sorry

theorem pow_mul (b m n : Nat) : pow b (m * n) = pow (pow b m) n := by
  sorry

theorem fact_ge (n : Nat) : n ≤ fact n := by
  sorry

end Power
