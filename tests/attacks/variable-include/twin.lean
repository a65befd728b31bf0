section
variable (unused : False)
theorem target (n : Nat) (h : 0 < n) : n * n ≥ n := by
  exact Nat.le_mul_of_pos_right n h
end
