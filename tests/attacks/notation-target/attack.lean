theorem hidden (n : Nat) : n + n = 2 * n + 0 * n := by
  omega
notation "target" => hidden
#check target
