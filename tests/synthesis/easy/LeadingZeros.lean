/-! A number's digits without the zeros in front. -/

namespace LeadingZeros

def strip (digits : List Nat) : List Nat := sorry

/-- However many zeros there are in front, they go. -/
theorem strip_zeros (n : Nat) (rest : List Nat) (h : rest.head? ≠ some 0) :
    strip (List.replicate n 0 ++ rest) = rest := by
  sorry

theorem head_strip (digits : List Nat) : (strip digits).head? ≠ some 0 := by
  sorry

example : strip [0, 0, 7, 0] = [7, 0] := by sorry

end LeadingZeros
