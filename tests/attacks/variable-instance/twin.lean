class Small (n : Nat) : Prop where
  out : n = 1

section
variable (n : Nat)
theorem target : n % 2 < 2 := by
  exact Nat.mod_lt n (by decide)
end
