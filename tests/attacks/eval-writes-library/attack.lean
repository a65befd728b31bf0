#eval IO.FS.writeFile "/lean/lib/lean/Planted.olean" "evil"
theorem target (n : Nat) : n + n = 2 * n := by
  omega
