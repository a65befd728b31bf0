def double (n : Nat) : Nat := n + n

namespace Spec
theorem target (n : Nat) : double n = 2 * n := by
  sorry
end Spec
