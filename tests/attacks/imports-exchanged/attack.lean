import Std.Data.TreeSet

theorem target (n : Nat) : n + n = 2 * n := by
  omega
