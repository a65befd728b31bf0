/-! Looking for a number in a list. -/

namespace Contains

def contains (xs : List Nat) (x : Nat) : Bool :=
  match xs with
  | [] => false
  | y :: ys => y == x || contains ys x

theorem contains_iff (xs : List Nat) (x : Nat) : contains xs x = true ↔ x ∈ xs := by
  induction xs with
  | nil => simp [contains]
  | cons y ys ih => rw [contains, Bool.or_eq_true, ih, beq_iff_eq, List.mem_cons, eq_comm]

end Contains
