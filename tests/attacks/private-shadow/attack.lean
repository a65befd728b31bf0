def good (n : Nat) : Bool := n % 3 == 0

namespace Spec
private def good (_ : Nat) : Bool := true
theorem target (n : Nat) : good (3 * n) = true := by
  rfl
end Spec
