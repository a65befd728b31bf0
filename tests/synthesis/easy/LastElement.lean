/-! The last element of a list, if there is one. -/

namespace LastElement

def last (xs : List Nat) : Option Nat := sorry

theorem last_nil : last [] = none := by
  sorry

theorem last_append_singleton (xs : List Nat) (x : Nat) : last (xs ++ [x]) = some x := by
  sorry

end LastElement
