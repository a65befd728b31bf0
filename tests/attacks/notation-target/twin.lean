theorem hidden (n : Nat) : n + n = 2 * n + 0 * n := by
  omega
notation "other" => hidden
theorem target (n : Nat) : n + n = 2 * n := by
  omega
