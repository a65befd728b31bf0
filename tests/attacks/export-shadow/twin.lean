def double (n : Nat) : Nat := n + n

namespace Easy
def triple (n : Nat) : Nat := 3 * n
end Easy

namespace Spec
export Easy (triple)
theorem target (n : Nat) : double n = 2 * n := by
  unfold double; omega
end Spec
