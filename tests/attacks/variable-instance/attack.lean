class Small (n : Nat) : Prop where
  out : n = 1

section
variable (n : Nat) [small : Small n]
theorem target : n % 2 < 2 := by
  cases small.out; decide
end
