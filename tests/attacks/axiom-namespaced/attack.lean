namespace Spec
axiom propext {p q : Prop} : p = q
theorem target (p q : Prop) (h : p ↔ q) : p = q := by
  exact propext
end Spec
