section
variable (n : Nat)
theorem target : n % 2 < 2 := by
  sorry
end
