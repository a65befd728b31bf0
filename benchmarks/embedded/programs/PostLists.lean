/-! Programs on lists with conditions. -/

namespace PostLists

def doubled_precond (xs : List Int) : Prop :=
  True

def doubled (xs : List Int) (h_precond : doubled_precond xs) : List Int :=
  xs.map (2 * ·)

def doubled_postcond (xs : List Int) (result : List Int) (h_precond : doubled_precond xs) : Prop :=
  result.length = xs.length ∧ ∀ i, i < xs.length → result[i]! = 2 * xs[i]!

theorem doubled_spec (xs : List Int) (h_precond : doubled_precond xs) :
    doubled_postcond xs (doubled xs h_precond) h_precond := by
  sorry

def keepEven_precond (xs : List Nat) : Prop :=
  True

def keepEven (xs : List Nat) (h_precond : keepEven_precond xs) : List Nat :=
  xs.filter (· % 2 = 0)

def keepEven_postcond (xs : List Nat) (result : List Nat) (h_precond : keepEven_precond xs) : Prop :=
  (∀ x ∈ result, x % 2 = 0) ∧ ∀ x ∈ xs, x % 2 = 0 → x ∈ result

theorem keepEven_spec (xs : List Nat) (h_precond : keepEven_precond xs) :
    keepEven_postcond xs (keepEven xs h_precond) h_precond := by
  sorry

def has_precond (xs : List Nat) (a : Nat) : Prop :=
  True

def has (xs : List Nat) (a : Nat) (h_precond : has_precond xs a) : Bool :=
  xs.contains a

def has_postcond (xs : List Nat) (a : Nat) (result : Bool) (h_precond : has_precond xs a) : Prop :=
  result = true ↔ ∃ x ∈ xs, x = a

theorem has_spec (xs : List Nat) (a : Nat) (h_precond : has_precond xs a) :
    has_postcond xs a (has xs a h_precond) h_precond := by
  sorry

def lastOf_precond (xs : List Nat) : Prop :=
  xs ≠ []

def lastOf (xs : List Nat) (h_precond : lastOf_precond xs) : Nat :=
  xs.getLast!

def lastOf_postcond (xs : List Nat) (result : Nat) (h_precond : lastOf_precond xs) : Prop :=
  result ∈ xs ∧ xs.getLast? = some result

theorem lastOf_spec (xs : List Nat) (h_precond : lastOf_precond xs) :
    lastOf_postcond xs (lastOf xs h_precond) h_precond := by
  sorry

def joined_precond (xs : List Nat) (ys : List Nat) : Prop :=
  True

def joined (xs : List Nat) (ys : List Nat) (h_precond : joined_precond xs ys) : List Nat :=
  xs ++ ys

def joined_postcond (xs : List Nat) (ys : List Nat) (result : List Nat) (h_precond : joined_precond xs ys) : Prop :=
  result.length = xs.length + ys.length ∧ (∀ x ∈ xs, x ∈ result) ∧ (∀ y ∈ ys, y ∈ result)

theorem joined_spec (xs : List Nat) (ys : List Nat) (h_precond : joined_precond xs ys) :
    joined_postcond xs ys (joined xs ys h_precond) h_precond := by
  sorry

def dropLastOne_precond (xs : List Int) : Prop :=
  xs.length > 0

def dropLastOne (xs : List Int) (h_precond : dropLastOne_precond xs) : List Int :=
  xs.dropLast

def dropLastOne_postcond (xs : List Int) (result : List Int) (h_precond : dropLastOne_precond xs) : Prop :=
  result.length + 1 = xs.length ∧ result <+: xs

theorem dropLastOne_spec (xs : List Int) (h_precond : dropLastOne_precond xs) :
    dropLastOne_postcond xs (dropLastOne xs h_precond) h_precond := by
  sorry

end PostLists
