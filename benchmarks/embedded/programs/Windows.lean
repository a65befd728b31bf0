/-! Differences and running totals. -/

namespace Windows

def runningAcc (acc : Nat) : List Nat → List Nat
  | [] => []
  | x :: xs => (acc + x) :: runningAcc (acc + x) xs

def running (xs : List Nat) : List Nat := runningAcc 0 xs

def diffs : List Int → List Int
  | x :: y :: rest => (y - x) :: diffs (y :: rest)
  | _ => []

def lastOr (d : Nat) : List Nat → Nat
  | [] => d
  | x :: xs => lastOr x xs

def maxOf : List Nat → Nat
  | [] => 0
  | x :: xs => max x (maxOf xs)

theorem length_runningAcc (acc : Nat) (xs : List Nat) : (runningAcc acc xs).length = xs.length := by
  sorry

theorem length_running (xs : List Nat) : (running xs).length = xs.length := by
  sorry

theorem last_runningAcc (acc : Nat) (xs : List Nat) : lastOr acc (runningAcc acc xs) = acc + xs.sum := by
  sorry

theorem last_running (xs : List Nat) : lastOr 0 (running xs) = xs.sum := by
  sorry

theorem length_diffs (x : Int) (xs : List Int) : (diffs (x :: xs)).length = xs.length := by
  sorry

theorem lastOr_append (d a : Nat) (xs : List Nat) : lastOr d (xs ++ [a]) = a := by
  sorry

theorem le_maxOf (a : Nat) (xs : List Nat) (h : a ∈ xs) : a ≤ maxOf xs := by
  sorry

theorem maxOf_append (xs ys : List Nat) : maxOf (xs ++ ys) = max (maxOf xs) (maxOf ys) := by
  sorry

theorem maxOf_le_sum (xs : List Nat) : maxOf xs ≤ xs.sum := by
  sorry

theorem runningAcc_ge (acc y : Nat) (xs : List Nat) (h : y ∈ runningAcc acc xs) : acc ≤ y := by
  sorry

end Windows
