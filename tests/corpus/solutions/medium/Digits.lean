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
  have h : ∀ ds acc, readLeft acc ds = ds.foldl (fun a d => 10 * a + d) acc := by
    intro ds
    induction ds with
    | nil => intro acc; rfl
    | cons d ds ih => intro acc; simp [readLeft, ih]
  rw [h, List.foldl_reverse]
  fun_induction digits n with
  | case1 n h => simp
  | case2 n h ih => simp [ih]; omega

/-- A number and the sum of its digits leave the same remainder modulo nine. -/
theorem sum_digits_mod_nine (n : Nat) : (digits n).sum % 9 = n % 9 := by
  fun_induction digits n with
  | case1 n h => simp
  | case2 n h ih => simp; omega

theorem value_append (ds es : List Nat) : value (ds ++ es) = value ds + 10 ^ ds.length * value es := by
  induction ds with
  | nil => simp [value]
  | cons d ds ih => simp only [List.cons_append, value, ih, List.length_cons, Nat.pow_succ]; grind

theorem length_digits_le (n k : Nat) (hk : 0 < k) (h : n < 10 ^ k) : (digits n).length ≤ k := by
  induction k generalizing n with
  | zero => omega
  | succ k ih =>
    rw [digits]
    split
    · simp
    · rw [Nat.pow_succ] at h
      have : 0 < k := by
        apply Nat.pos_of_ne_zero
        rintro rfl
        omega
      have := ih (n / 10) this (by omega)
      simpa using this

end Digits
