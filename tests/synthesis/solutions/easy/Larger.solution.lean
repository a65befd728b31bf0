/-! The larger of two numbers. -/

namespace Larger

def larger (a b : Nat) : Nat :=
  if a ≤ b then b else a

theorem left_le (a b : Nat) : a ≤ larger a b := by
  unfold larger; split <;> omega

theorem right_le (a b : Nat) : b ≤ larger a b := by
  unfold larger; split <;> omega

theorem is_one_of_them (a b : Nat) : larger a b = a ∨ larger a b = b := by
  unfold larger; split <;> simp

example : larger 3 5 = 5 := by decide

end Larger
