/-! How many boxes of a given size hold a number of things. -/

namespace CeilDiv

def boxes (things size : Nat) : Nat := sorry

/-- They hold them all. -/
theorem le_size_mul_boxes (things size : Nat) (h : 0 < size) : things ≤ size * boxes things size := by
  sorry

/-- One box fewer would not do. -/
theorem size_mul_boxes_lt (things size : Nat) (h : 0 < size) : size * boxes things size < things + size := by
  sorry

example : boxes 10 4 = 3 := by sorry

end CeilDiv
