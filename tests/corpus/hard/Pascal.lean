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

theorem choose_mul_fact (m k : Nat) : choose (m + k) k * fact k * fact m = fact (m + k) := by
  sorry

theorem choose_symm (m k : Nat) : choose (m + k) k = choose (m + k) m := by
  sorry

/-- The hockey stick: a diagonal adds up to the entry below its end. -/
theorem sum_diagonal (k n : Nat) : sum (fun i => choose i k) n = choose n (k + 1) := by
  sorry

theorem sum_row (n : Nat) : sum (choose n) (n + 1) = 2 ^ n := by
  sorry

end Pascal
