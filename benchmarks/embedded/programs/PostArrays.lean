/-! Programs on arrays with conditions. -/

namespace PostArrays

def find (a : Array Int) (x : Int) (i : Nat) : Nat :=
  if h : i < a.size then if a[i] = x then i else find a x (i + 1) else a.size
termination_by a.size - i

def bumped_precond (a : Array Int) : Prop :=
  True

def bumped (a : Array Int) (h_precond : bumped_precond a) : Array Int :=
  a.map (· + 1)

def bumped_postcond (a : Array Int) (result : Array Int) (h_precond : bumped_precond a) : Prop :=
  result.size = a.size ∧ ∀ i, i < a.size → result[i]! = a[i]! + 1

theorem bumped_spec (a : Array Int) (h_precond : bumped_precond a) :
    bumped_postcond a (bumped a h_precond) h_precond := by
  sorry

def firstOf_precond (a : Array Nat) : Prop :=
  a.size > 0

def firstOf (a : Array Nat) (h_precond : firstOf_precond a) : Nat :=
  a[0]!

def firstOf_postcond (a : Array Nat) (result : Nat) (h_precond : firstOf_precond a) : Prop :=
  ∃ i, i < a.size ∧ a[i]! = result

theorem firstOf_spec (a : Array Nat) (h_precond : firstOf_precond a) :
    firstOf_postcond a (firstOf a h_precond) h_precond := by
  sorry

def sumAll_precond (a : Array Nat) : Prop :=
  True

def sumAll (a : Array Nat) (h_precond : sumAll_precond a) : Nat :=
  a.foldl (· + ·) 0

def sumAll_postcond (a : Array Nat) (result : Nat) (h_precond : sumAll_precond a) : Prop :=
  result = a.toList.sum

theorem sumAll_spec (a : Array Nat) (h_precond : sumAll_precond a) :
    sumAll_postcond a (sumAll a h_precond) h_precond := by
  sorry

def search_precond (a : Array Int) (x : Int) : Prop :=
  True

def search (a : Array Int) (x : Int) (h_precond : search_precond a x) : Nat :=
  find a x 0

def search_postcond (a : Array Int) (x : Int) (result : Nat) (h_precond : search_precond a x) : Prop :=
  result ≤ a.size ∧ (result < a.size → a[result]! = x)

theorem search_spec (a : Array Int) (x : Int) (h_precond : search_precond a x) :
    search_postcond a x (search a x h_precond) h_precond := by
  sorry

def anyNegative_precond (a : Array Int) : Prop :=
  True

def anyNegative (a : Array Int) (h_precond : anyNegative_precond a) : Bool :=
  a.any (· < 0)

def anyNegative_postcond (a : Array Int) (result : Bool) (h_precond : anyNegative_precond a) : Prop :=
  result = true ↔ ∃ i, i < a.size ∧ a[i]! < 0

theorem anyNegative_spec (a : Array Int) (h_precond : anyNegative_precond a) :
    anyNegative_postcond a (anyNegative a h_precond) h_precond := by
  sorry

def swapEnds_precond (a : Array Nat) : Prop :=
  a.size > 1

def swapEnds (a : Array Nat) (h_precond : swapEnds_precond a) : Array Nat :=
  (a.set! 0 a[1]!).set! 1 a[0]!

def swapEnds_postcond (a : Array Nat) (result : Array Nat) (h_precond : swapEnds_precond a) : Prop :=
  result.size = a.size ∧ result[0]! = a[1]! ∧ result[1]! = a[0]!

theorem swapEnds_spec (a : Array Nat) (h_precond : swapEnds_precond a) :
    swapEnds_postcond a (swapEnds a h_precond) h_precond := by
  sorry

end PostArrays
