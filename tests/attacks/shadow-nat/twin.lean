namespace Spec
inductive Unary where
  | zero
  | succ : Unary → Unary
instance : LT Unary := ⟨fun _ _ => True⟩
theorem target (n : Nat) : n < n.succ := by
  exact Nat.lt_succ_self n
end Spec
