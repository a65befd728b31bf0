/-! The element that makes up more than half of a list, if there is one. -/

namespace MajorityVote

def majority (xs : List Nat) : Option Nat := sorry

theorem majority_sound (xs : List Nat) (x : Nat) (h : majority xs = some x) : xs.length < 2 * xs.count x := by
  sorry

theorem majority_complete (xs : List Nat) (x : Nat) (h : xs.length < 2 * xs.count x) : majority xs = some x := by
  sorry

example : majority [1, 2, 1] = some 1 := by sorry

end MajorityVote
