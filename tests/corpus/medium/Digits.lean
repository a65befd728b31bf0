/-! Decimal digits of a number, least significant first, and the rule of nine. -/

namespace Digits

def digits (n : Nat) : List Nat :=
  if n < 10 then [n] else n % 10 :: digits (n / 10)
termination_by n
decreasing_by omega

def value : List Nat → Nat
  | [] => 0
  | d :: ds => d + 10 * value ds

/-- Reading from the left, as one reads a number: most significant digit first. -/
def readLeft (acc : Nat) : List Nat → Nat
  | [] => acc
  | d :: ds => readLeft (10 * acc + d) ds

theorem readLeft_digits (n : Nat) : readLeft 0 (digits n).reverse = n := by
  sorry

/-- A number and the sum of its digits leave the same remainder modulo nine. -/
theorem sum_digits_mod_nine (n : Nat) : (digits n).sum % 9 = n % 9 := by
  sorry

theorem value_append (ds es : List Nat) : value (ds ++ es) = value ds + 10 ^ ds.length * value es := by
  sorry

theorem length_digits_le (n k : Nat) (hk : 0 < k) (h : n < 10 ^ k) : (digits n).length ≤ k := by
  sorry

end Digits
