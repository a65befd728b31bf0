#eval show IO Unit from do
  IO.println "id"
theorem target (n : Nat) : n + n = 2 * n := by
  omega
