theorem target (p q : Prop) (h : ¬(p ∧ q)) : ¬p ∨ ¬q := by
  exact Classical.not_and_iff_not_or_not.mp h
