section
variable (a b : Nat)
theorem target : a + b = b + a := by
  sorry
end
