def counter : Nat := 0
set_option warn.sorry false
theorem target (n : Nat) : n + n = 2 * n := by
  omega
