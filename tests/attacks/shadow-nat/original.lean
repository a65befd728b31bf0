namespace Spec
theorem target (n : Nat) : n < n.succ := by
  sorry
end Spec
