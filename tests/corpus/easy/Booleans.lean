/-! Gates made of one kind of gate. -/

def nand (a b : Bool) : Bool := !(a && b)

theorem not_of_nand (a : Bool) : nand a a = !a := by
  sorry

theorem or_of_nand (a b : Bool) : nand (nand a a) (nand b b) = (a || b) := by
  sorry

theorem xor_of_nand (a b : Bool) : nand (nand a (nand a b)) (nand b (nand a b)) = (a ^^ b) := by
  sorry
