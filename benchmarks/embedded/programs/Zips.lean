/-! Pointwise operations. -/

namespace Zips

def addAll : List Nat → List Nat → List Nat
  | x :: xs, y :: ys => (x + y) :: addAll xs ys
  | _, _ => []

def dot : List Int → List Int → Int
  | x :: xs, y :: ys => x * y + dot xs ys
  | _, _ => 0

def maxAll : List Nat → List Nat → List Nat
  | x :: xs, y :: ys => max x y :: maxAll xs ys
  | xs, [] => xs
  | [], ys => ys

def allLe : List Nat → List Nat → Bool
  | x :: xs, y :: ys => decide (x ≤ y) && allLe xs ys
  | _, _ => true

theorem addAll_comm (xs ys : List Nat) : addAll xs ys = addAll ys xs := by
  sorry

theorem length_addAll (xs ys : List Nat) : (addAll xs ys).length = min xs.length ys.length := by
  sorry

theorem dot_comm (xs ys : List Int) : dot xs ys = dot ys xs := by
  sorry

theorem allLe_refl (xs : List Nat) : allLe xs xs = true := by
  sorry

theorem maxAll_comm (xs ys : List Nat) : maxAll xs ys = maxAll ys xs := by
  sorry

theorem addAll_assoc (xs ys zs : List Nat) : addAll (addAll xs ys) zs = addAll xs (addAll ys zs) := by
  sorry

theorem maxAll_self (xs : List Nat) : maxAll xs xs = xs := by
  sorry

theorem allLe_maxAll (xs ys : List Nat) : allLe xs (maxAll xs ys) = true := by
  sorry

theorem addAll_eq_zipWith (xs ys : List Nat) : addAll xs ys = List.zipWith (· + ·) xs ys := by
  sorry

end Zips
