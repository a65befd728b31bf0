/-! The last element of a list, if there is one. -/

namespace LastElement

def last (xs : List Nat) : Option Nat :=
  match xs with
  | [] => none
  | [x] => some x
  | _ :: y :: ys => last (y :: ys)

theorem last_nil : last [] = none := by
  rfl

theorem last_append_singleton (xs : List Nat) (x : Nat) : last (xs ++ [x]) = some x := by
  induction xs with
  | nil => rfl
  | cons y ys ih => cases ys <;> simp_all [last]

end LastElement
