/-! Two places of a list whose numbers have a given sum. Another correct program (the program only: its proofs are open). -/

namespace TwoSum

/-- The last pair that fits, where the reference finds the first. -/
def pairs (n : Nat) : List (Nat × Nat) :=
  (List.range n).reverse.flatMap fun j => (List.range j).map fun i => (i, j)

def twoSum (xs : List Int) (target : Int) : Option (Nat × Nat) :=
  (pairs xs.length).find? fun p => xs.getD p.1 0 + xs.getD p.2 0 == target

theorem twoSum_lt (xs : List Int) (target : Int) (i j : Nat) (h : twoSum xs target = some (i, j)) :
    i < j ∧ j < xs.length := by
  sorry

theorem twoSum_sum (xs : List Int) (target : Int) (i j : Nat) (h : twoSum xs target = some (i, j)) :
    xs.getD i 0 + xs.getD j 0 = target := by
  sorry

/-- If there are such places, some are found. -/
theorem twoSum_none (xs : List Int) (target : Int) (h : twoSum xs target = none) :
    xs.Pairwise fun a b => a + b ≠ target := by
  sorry

end TwoSum
