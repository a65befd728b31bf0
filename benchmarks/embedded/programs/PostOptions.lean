/-! Programs that may fail, with conditions. -/

namespace PostOptions

def safeDiv_precond (m : Nat) (n : Nat) : Prop :=
  True

def safeDiv (m : Nat) (n : Nat) (h_precond : safeDiv_precond m n) : Option Nat :=
  if n = 0 then none else some (m / n)

def safeDiv_postcond (m : Nat) (n : Nat) (result : Option Nat) (h_precond : safeDiv_precond m n) : Prop :=
  (n = 0 → result = none) ∧ (n ≠ 0 → result = some (m / n))

theorem safeDiv_spec (m : Nat) (n : Nat) (h_precond : safeDiv_precond m n) :
    safeDiv_postcond m n (safeDiv m n h_precond) h_precond := by
  sorry

def headOf_precond (xs : List Nat) : Prop :=
  True

def headOf (xs : List Nat) (h_precond : headOf_precond xs) : Option Nat :=
  xs.head?

def headOf_postcond (xs : List Nat) (result : Option Nat) (h_precond : headOf_precond xs) : Prop :=
  match result with | none => xs = [] | some x => x ∈ xs

theorem headOf_spec (xs : List Nat) (h_precond : headOf_precond xs) :
    headOf_postcond xs (headOf xs h_precond) h_precond := by
  sorry

def checkAge_precond (n : Int) : Prop :=
  0 ≤ n

def checkAge (n : Int) (h_precond : checkAge_precond n) : Bool :=
  decide (18 ≤ n)

def checkAge_postcond (n : Int) (result : Bool) (h_precond : checkAge_precond n) : Prop :=
  result = true ↔ n ≥ 18

theorem checkAge_spec (n : Int) (h_precond : checkAge_precond n) :
    checkAge_postcond n (checkAge n h_precond) h_precond := by
  sorry

def orZero_precond (o : Option Int) : Prop :=
  True

def orZero (o : Option Int) (h_precond : orZero_precond o) : Int :=
  o.getD 0

def orZero_postcond (o : Option Int) (result : Int) (h_precond : orZero_precond o) : Prop :=
  (o = none → result = 0) ∧ ∀ x, o = some x → result = x

theorem orZero_spec (o : Option Int) (h_precond : orZero_precond o) :
    orZero_postcond o (orZero o h_precond) h_precond := by
  sorry

def firstBig_precond (xs : List Nat) (k : Nat) : Prop :=
  True

def firstBig (xs : List Nat) (k : Nat) (h_precond : firstBig_precond xs k) : Option Nat :=
  xs.find? (· > k)

def firstBig_postcond (xs : List Nat) (k : Nat) (result : Option Nat) (h_precond : firstBig_precond xs k) : Prop :=
  (result = none ↔ ∀ x ∈ xs, x ≤ k) ∧ ∀ x, result = some x → x > k ∧ x ∈ xs

theorem firstBig_spec (xs : List Nat) (k : Nat) (h_precond : firstBig_precond xs k) :
    firstBig_postcond xs k (firstBig xs k h_precond) h_precond := by
  sorry

def both_precond (a : Bool) (b : Bool) : Prop :=
  True

def both (a : Bool) (b : Bool) (h_precond : both_precond a b) : Bool :=
  a && b

def both_postcond (a : Bool) (b : Bool) (result : Bool) (h_precond : both_precond a b) : Prop :=
  result = true ↔ a = true ∧ b = true

theorem both_spec (a : Bool) (b : Bool) (h_precond : both_precond a b) :
    both_postcond a b (both a b h_precond) h_precond := by
  sorry

end PostOptions
