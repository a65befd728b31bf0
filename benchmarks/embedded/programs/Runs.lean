/-! Runs of equal numbers. -/

namespace Runs

def countRuns : List Nat → Nat
  | [] => 0
  | [_] => 1
  | x :: y :: rest => if x = y then countRuns (y :: rest) else countRuns (y :: rest) + 1

def squeeze : List Nat → List Nat
  | [] => []
  | [x] => [x]
  | x :: y :: rest => if x = y then squeeze (y :: rest) else x :: squeeze (y :: rest)

def constant (a : Nat) : Nat → List Nat
  | 0 => []
  | n + 1 => a :: constant a n

theorem length_squeeze (xs : List Nat) : (squeeze xs).length = countRuns xs := by
  sorry

theorem countRuns_le (xs : List Nat) : countRuns xs ≤ xs.length := by
  sorry

theorem length_constant (a n : Nat) : (constant a n).length = n := by
  sorry

theorem mem_squeeze (a : Nat) (xs : List Nat) : a ∈ squeeze xs ↔ a ∈ xs := by
  sorry

theorem countRuns_constant (a n : Nat) : countRuns (constant a (n + 1)) = 1 := by
  sorry

theorem squeeze_length_le (xs : List Nat) : (squeeze xs).length ≤ xs.length := by
  sorry

theorem constant_add (a m n : Nat) : constant a (m + n) = constant a m ++ constant a n := by
  sorry

end Runs
