/-! Reversing a list in one pass. -/

namespace Reverse

def reverseOnto (xs done : List Nat) : List Nat :=
  match xs with
  | [] => done
  | x :: rest => reverseOnto rest (x :: done)

/-- What is done already stays at the end. -/
theorem reverseOnto_eq (xs done : List Nat) : reverseOnto xs done = xs.reverse ++ done := by
  induction xs generalizing done with
  | nil => rfl
  | cons x rest ih => simp [reverseOnto, ih]

example : reverseOnto [1, 2] [3] = [2, 1, 3] := by decide

end Reverse
