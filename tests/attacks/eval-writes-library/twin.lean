#eval show IO Unit from do
  IO.println "/lean/lib/lean/Planted.olean"
theorem target (n : Nat) : n + n = 2 * n := by
  omega
