/-! How many boxes of a given size hold a number of things. -/

namespace CeilDiv

def boxes (things size : Nat) : Nat :=
  (things + size - 1) / size

/-- They hold them all. -/
theorem le_size_mul_boxes (things size : Nat) (h : 0 < size) : things ≤ size * boxes things size := by
  unfold boxes
  have := Nat.div_add_mod (things + size - 1) size
  have := Nat.mod_lt (things + size - 1) h
  omega

/-- One box fewer would not do. -/
theorem size_mul_boxes_lt (things size : Nat) (h : 0 < size) : size * boxes things size < things + size := by
  unfold boxes
  have := Nat.div_add_mod (things + size - 1) size
  omega

example : boxes 10 4 = 3 := by decide

end CeilDiv
