def good (n : Nat) : Bool := n % 3 == 0

namespace Spec
private def fine (_ : Nat) : Bool := true
theorem target (n : Nat) : good (3 * n) = true := by
  simp [_root_.good]
end Spec
