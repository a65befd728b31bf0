/-! The majority vote of Boyer and Moore: one pass, one candidate, one counter. -/

namespace Majority

variable {α : Type} [DecidableEq α]

def step (s : α × Nat) (x : α) : α × Nat :=
  if s.2 = 0 then (x, 1)
  else if x = s.1 then (s.1, s.2 + 1)
  else (s.1, s.2 - 1)

/-- `d` is the answer for the empty list. -/
def candidate (d : α) (xs : List α) : α := (xs.foldl step (d, 0)).1

/-- The candidate, if a second pass confirms it. -/
def majority? (d : α) (xs : List α) : Option α :=
  if xs.length < 2 * xs.count (candidate d xs) then some (candidate d xs) else none

/-- Whoever has more than half of the votes is found. -/
theorem candidate_eq (d a : α) (xs : List α) (h : xs.length < 2 * xs.count a) : candidate d xs = a := by
  sorry

/-- The votes can be counted in any order. -/
theorem majority?_perm (d : α) (xs ys : List α) (h : xs.Perm ys) : majority? d xs = majority? d ys := by
  sorry

end Majority
