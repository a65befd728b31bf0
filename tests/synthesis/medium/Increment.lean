/-! Counting in binary: the least significant bit comes first. -/

namespace Increment

def value : List Bool → Nat
  | [] => 0
  | b :: bits => b.toNat + 2 * value bits

def increment (bits : List Bool) : List Bool := sorry

theorem value_increment (bits : List Bool) : value (increment bits) = value bits + 1 := by
  sorry

/-- No bits are added that are not needed. -/
theorem getLast_increment (bits : List Bool) (h : bits.getLast? ≠ some false) :
    (increment bits).getLast? = some true := by
  sorry

end Increment
