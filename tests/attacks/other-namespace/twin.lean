namespace Scratch
theorem _root_.target (n : Nat) : n + n = 2 * n := by
  omega
end Scratch
