/-! Programs against pre- and postconditions. -/

namespace Specs

def pre (xs : List Int) : Prop := xs ≠ []

def biggest : List Int → Int
  | [] => 0
  | [x] => x
  | x :: y :: rest => max x (biggest (y :: rest))

def post (xs : List Int) (r : Int) : Prop := r ∈ xs ∧ ∀ x ∈ xs, x ≤ r

def absDiff (a b : Nat) : Nat := if a < b then b - a else a - b

def absPost (a b r : Nat) : Prop := (a ≤ b → r = b - a) ∧ (b ≤ a → r = a - b)

def isTriangle (a b c : Nat) : Bool := decide (a + b > c) && decide (b + c > a) && decide (a + c > b)

def allEqual : List Nat → Bool
  | [] => true
  | [_] => true
  | x :: y :: rest => x == y && allEqual (y :: rest)

def allEqualPost (xs : List Nat) (r : Bool) : Prop := r = true ↔ ∀ x ∈ xs, ∀ y ∈ xs, x = y

theorem biggest_spec (xs : List Int) (h : pre xs) : post xs (biggest xs) := by
  sorry

theorem absDiff_spec (a b : Nat) : absPost a b (absDiff a b) := by
  sorry

theorem absDiff_comm (a b : Nat) : absDiff a b = absDiff b a := by
  sorry

theorem absDiff_zero (a b : Nat) : absDiff a b = 0 ↔ a = b := by
  sorry

theorem isTriangle_comm (a b c : Nat) : isTriangle a b c = isTriangle b a c := by
  sorry

theorem biggest_mem (x : Int) (xs : List Int) : biggest (x :: xs) ∈ x :: xs := by
  sorry

theorem allEqual_spec (xs : List Nat) : allEqualPost xs (allEqual xs) := by
  sorry

theorem isTriangle_pos (a b c : Nat) (h : isTriangle a b c = true) : 0 < a ∧ 0 < b ∧ 0 < c := by
  sorry

theorem absDiff_triangle (a b c : Nat) : absDiff a c ≤ absDiff a b + absDiff b c := by
  sorry

end Specs
