/-! A number's digits without the zeros in front. -/

namespace LeadingZeros

def strip (digits : List Nat) : List Nat :=
  match digits with
  | [] => []
  | d :: rest => if d = 0 then strip rest else d :: rest

/-- However many zeros there are in front, they go. -/
theorem strip_zeros (n : Nat) (rest : List Nat) (h : rest.head? ≠ some 0) :
    strip (List.replicate n 0 ++ rest) = rest := by
  induction n with
  | zero => cases rest <;> simp_all [strip]
  | succ n ih => simp [List.replicate_succ, strip, ih]

theorem head_strip (digits : List Nat) : (strip digits).head? ≠ some 0 := by
  induction digits with
  | nil => simp [strip]
  | cons d rest ih => simp only [strip]; split <;> simp_all

example : strip [0, 0, 7, 0] = [7, 0] := by decide

end LeadingZeros
