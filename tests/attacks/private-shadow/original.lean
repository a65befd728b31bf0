def good (n : Nat) : Bool := n % 3 == 0

namespace Spec
theorem target (n : Nat) : good (3 * n) = true := by
  sorry
end Spec
