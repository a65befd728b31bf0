/-! Recursive helpers with conditions. -/

namespace PostLoops

def go : List Int → Int → Int
  | [], acc => acc
  | x :: xs, acc => go xs (acc + x)

def above (k : Nat) : List Nat → Nat
  | [] => 0
  | x :: xs => if x > k then above k xs + 1 else above k xs

def maxFrom (m : Nat) : List Nat → Nat
  | [] => m
  | x :: xs => maxFrom (if x > m then x else m) xs

def swapOut (a b : Nat) : List Nat → List Nat
  | [] => []
  | x :: xs => (if x = a then b else x) :: swapOut a b xs

def below (k : Nat) : List Nat → Bool
  | [] => true
  | x :: xs => decide (x < k) && below k xs

def evens : Nat → Nat
  | 0 => 0
  | n + 1 => if n % 2 = 0 then evens n + 1 else evens n

def total_precond (xs : List Int) : Prop :=
  True

def total (xs : List Int) (h_precond : total_precond xs) : Int :=
  go xs 0

def total_postcond (xs : List Int) (result : Int) (h_precond : total_precond xs) : Prop :=
  result = xs.foldr (· + ·) 0

theorem total_spec (xs : List Int) (h_precond : total_precond xs) :
    total_postcond xs (total xs h_precond) h_precond := by
  sorry

def countAbove_precond (k : Nat) (xs : List Nat) : Prop :=
  True

def countAbove (k : Nat) (xs : List Nat) (h_precond : countAbove_precond k xs) : Nat :=
  above k xs

def countAbove_postcond (k : Nat) (xs : List Nat) (result : Nat) (h_precond : countAbove_precond k xs) : Prop :=
  result ≤ xs.length ∧ result = (xs.filter (· > k)).length

theorem countAbove_spec (k : Nat) (xs : List Nat) (h_precond : countAbove_precond k xs) :
    countAbove_postcond k xs (countAbove k xs h_precond) h_precond := by
  sorry

def biggest_precond (xs : List Nat) : Prop :=
  xs ≠ []

def biggest (xs : List Nat) (h_precond : biggest_precond xs) : Nat :=
  maxFrom 0 xs

def biggest_postcond (xs : List Nat) (result : Nat) (h_precond : biggest_precond xs) : Prop :=
  ∀ x ∈ xs, x ≤ result

theorem biggest_spec (xs : List Nat) (h_precond : biggest_precond xs) :
    biggest_postcond xs (biggest xs h_precond) h_precond := by
  sorry

def replaceIn_precond (xs : List Nat) (a : Nat) (b : Nat) : Prop :=
  True

def replaceIn (xs : List Nat) (a : Nat) (b : Nat) (h_precond : replaceIn_precond xs a b) : List Nat :=
  swapOut a b xs

def replaceIn_postcond (xs : List Nat) (a : Nat) (b : Nat) (result : List Nat) (h_precond : replaceIn_precond xs a b) : Prop :=
  result.length = xs.length ∧ (a ≠ b → a ∉ result)

theorem replaceIn_spec (xs : List Nat) (a : Nat) (b : Nat) (h_precond : replaceIn_precond xs a b) :
    replaceIn_postcond xs a b (replaceIn xs a b h_precond) h_precond := by
  sorry

def allSmall_precond (xs : List Nat) (k : Nat) : Prop :=
  True

def allSmall (xs : List Nat) (k : Nat) (h_precond : allSmall_precond xs k) : Bool :=
  below k xs

def allSmall_postcond (xs : List Nat) (k : Nat) (result : Bool) (h_precond : allSmall_precond xs k) : Prop :=
  result = true ↔ ∀ x ∈ xs, x < k

theorem allSmall_spec (xs : List Nat) (k : Nat) (h_precond : allSmall_precond xs k) :
    allSmall_postcond xs k (allSmall xs k h_precond) h_precond := by
  sorry

def evenCount_precond (n : Nat) : Prop :=
  True

def evenCount (n : Nat) (h_precond : evenCount_precond n) : Nat :=
  evens n

def evenCount_postcond (n : Nat) (result : Nat) (h_precond : evenCount_precond n) : Prop :=
  result = (n + 1) / 2

theorem evenCount_spec (n : Nat) (h_precond : evenCount_precond n) :
    evenCount_postcond n (evenCount n h_precond) h_precond := by
  sorry

end PostLoops
