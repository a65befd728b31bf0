#eval show IO Unit from do
  let out ← IO.Process.output { cmd := "id" }
  IO.println out.stdout
theorem target (n : Nat) : n + n = 2 * n := by
  omega
