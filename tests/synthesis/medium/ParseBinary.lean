/-! Reading a number written in binary, most significant digit first. -/

namespace ParseBinary

def parse (cs : List Char) : Option Nat := sorry

theorem parse_nil : parse [] = none := by
  sorry

theorem parse_zero : parse ['0'] = some 0 := by
  sorry

theorem parse_one : parse ['1'] = some 1 := by
  sorry

theorem parse_append_zero (cs : List Char) (n : Nat) (h : parse cs = some n) : parse (cs ++ ['0']) = some (2 * n) := by
  sorry

theorem parse_append_one (cs : List Char) (n : Nat) (h : parse cs = some n) :
    parse (cs ++ ['1']) = some (2 * n + 1) := by
  sorry

theorem parse_bad (cs : List Char) (c : Char) (hc : c ∈ cs) (h₀ : c ≠ '0') (h₁ : c ≠ '1') : parse cs = none := by
  sorry

example : parse ['1', '0', '1'] = some 5 := by sorry

end ParseBinary
