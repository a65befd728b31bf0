#eval IO.println "{\"id\": 1, \"ok\": false}"
set_option warn.sorry false
theorem target (n : Nat) : n + n = 2 * n := by
  omega
