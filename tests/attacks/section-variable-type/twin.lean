section
variable (a b : Nat)
theorem target : a + b = b + a := by
  exact Nat.add_comm _ _
end
