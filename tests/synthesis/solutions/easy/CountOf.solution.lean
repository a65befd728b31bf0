/-! How often a number occurs in a list. -/

namespace CountOf

def countOf (x : Nat) (xs : List Nat) : Nat :=
  match xs with
  | [] => 0
  | y :: ys => if y = x then countOf x ys + 1 else countOf x ys

theorem countOf_eq_zero (x : Nat) (xs : List Nat) (h : x ∉ xs) : countOf x xs = 0 := by
  induction xs with
  | nil => rfl
  | cons y ys ih => simp at h; simp [countOf, ih h.2, Ne.symm h.1]

theorem countOf_append (x : Nat) (xs ys : List Nat) : countOf x (xs ++ ys) = countOf x xs + countOf x ys := by
  induction xs with
  | nil => simp [countOf]
  | cons y zs ih => simp only [List.cons_append, countOf, ih]; split <;> omega

theorem countOf_replicate (n x : Nat) : countOf x (List.replicate n x) = n := by
  induction n with
  | zero => rfl
  | succ n ih => simp [List.replicate_succ, countOf, ih]

end CountOf
