section
theorem target (n : Nat) (h : 0 < n) : n * n ≥ n := by
  sorry
end
