/-! Reversing a list in one pass. -/

namespace Reverse

def reverseOnto (xs done : List Nat) : List Nat := sorry

/-- What is done already stays at the end. -/
theorem reverseOnto_eq (xs done : List Nat) : reverseOnto xs done = xs.reverse ++ done := by
  sorry

example : reverseOnto [1, 2] [3] = [2, 1, 3] := by sorry

end Reverse
