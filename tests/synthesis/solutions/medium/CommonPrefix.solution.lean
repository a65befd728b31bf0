/-! The longest common prefix of two lists. -/

namespace CommonPrefix

def commonPrefix (xs ys : List Nat) : List Nat :=
  match xs, ys with
  | x :: xs, y :: ys => if x = y then x :: commonPrefix xs ys else []
  | _, _ => []

theorem prefix_left (xs ys : List Nat) : commonPrefix xs ys <+: xs := by
  induction xs generalizing ys with
  | nil => simp [commonPrefix]
  | cons x xs ih =>
    cases ys with
    | nil => simp [commonPrefix]
    | cons y ys => simp only [commonPrefix]; split <;> simp [ih]

theorem prefix_right (xs ys : List Nat) : commonPrefix xs ys <+: ys := by
  induction xs generalizing ys with
  | nil => simp [commonPrefix]
  | cons x xs ih =>
    cases ys with
    | nil => simp [commonPrefix]
    | cons y ys => simp only [commonPrefix]; split <;> simp [*]

/-- Nothing longer is a prefix of both. -/
theorem longest (xs ys zs : List Nat) (hx : zs <+: xs) (hy : zs <+: ys) : zs <+: commonPrefix xs ys := by
  induction zs generalizing xs ys with
  | nil => simp
  | cons z zs ih =>
    cases xs with
    | nil => simp at hx
    | cons x xs =>
      cases ys with
      | nil => simp at hy
      | cons y ys => simp [List.cons_prefix_cons] at hx hy; simp [commonPrefix, ← hx.1, ← hy.1, ih _ _ hx.2 hy.2]

end CommonPrefix
