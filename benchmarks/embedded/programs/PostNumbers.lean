/-! Small numeric programs with conditions. -/

namespace PostNumbers

def absolute_precond (x : Int) : Prop :=
  True

def absolute (x : Int) (h_precond : absolute_precond x) : Int :=
  if x < 0 then -x else x

def absolute_postcond (x : Int) (result : Int) (h_precond : absolute_precond x) : Prop :=
  0 ≤ result ∧ (result = x ∨ result = -x)

theorem absolute_spec (x : Int) (h_precond : absolute_precond x) :
    absolute_postcond x (absolute x h_precond) h_precond := by
  sorry

def biggerOf_precond (a : Int) (b : Int) : Prop :=
  True

def biggerOf (a : Int) (b : Int) (h_precond : biggerOf_precond a b) : Int :=
  if a ≤ b then b else a

def biggerOf_postcond (a : Int) (b : Int) (result : Int) (h_precond : biggerOf_precond a b) : Prop :=
  a ≤ result ∧ b ≤ result ∧ (result = a ∨ result = b)

theorem biggerOf_spec (a : Int) (b : Int) (h_precond : biggerOf_precond a b) :
    biggerOf_postcond a b (biggerOf a b h_precond) h_precond := by
  sorry

def middle_precond (a : Nat) (b : Nat) : Prop :=
  a ≤ b

def middle (a : Nat) (b : Nat) (h_precond : middle_precond a b) : Nat :=
  a + (b - a) / 2

def middle_postcond (a : Nat) (b : Nat) (result : Nat) (h_precond : middle_precond a b) : Prop :=
  a ≤ result ∧ result ≤ b

theorem middle_spec (a : Nat) (b : Nat) (h_precond : middle_precond a b) :
    middle_postcond a b (middle a b h_precond) h_precond := by
  sorry

def lastDigit_precond (n : Nat) : Prop :=
  True

def lastDigit (n : Nat) (h_precond : lastDigit_precond n) : Nat :=
  n % 10

def lastDigit_postcond (n : Nat) (result : Nat) (h_precond : lastDigit_precond n) : Prop :=
  result < 10 ∧ n = 10 * (n / 10) + result

theorem lastDigit_spec (n : Nat) (h_precond : lastDigit_precond n) :
    lastDigit_postcond n (lastDigit n h_precond) h_precond := by
  sorry

def isMultiple_precond (n : Int) (k : Int) : Prop :=
  k ≠ 0

def isMultiple (n : Int) (k : Int) (h_precond : isMultiple_precond n k) : Bool :=
  n % k == 0

def isMultiple_postcond (n : Int) (k : Int) (result : Bool) (h_precond : isMultiple_precond n k) : Prop :=
  result = true ↔ ∃ q, n = k * q

theorem isMultiple_spec (n : Int) (k : Int) (h_precond : isMultiple_precond n k) :
    isMultiple_postcond n k (isMultiple n k h_precond) h_precond := by
  sorry

def cube_precond (x : Int) : Prop :=
  True

def cube (x : Int) (h_precond : cube_precond x) : Int :=
  x * x * x

def cube_postcond (x : Int) (result : Int) (h_precond : cube_precond x) : Prop :=
  result = x ^ 3

theorem cube_spec (x : Int) (h_precond : cube_precond x) :
    cube_postcond x (cube x h_precond) h_precond := by
  sorry

end PostNumbers
