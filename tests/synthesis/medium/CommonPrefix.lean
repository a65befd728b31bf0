/-! The longest common prefix of two lists. -/

namespace CommonPrefix

def commonPrefix (xs ys : List Nat) : List Nat := sorry

theorem prefix_left (xs ys : List Nat) : commonPrefix xs ys <+: xs := by
  sorry

theorem prefix_right (xs ys : List Nat) : commonPrefix xs ys <+: ys := by
  sorry

/-- Nothing longer is a prefix of both. -/
theorem longest (xs ys zs : List Nat) (hx : zs <+: xs) (hy : zs <+: ys) : zs <+: commonPrefix xs ys := by
  sorry

end CommonPrefix
