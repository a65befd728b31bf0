/-! Lists of bits, least significant first. -/

namespace Bits

def value : List Bool → Nat
  | [] => 0
  | b :: bs => b.toNat + 2 * value bs

def incr : List Bool → List Bool
  | [] => [true]
  | false :: bs => true :: bs
  | true :: bs => false :: incr bs

def flipAll : List Bool → List Bool
  | [] => []
  | b :: bs => (!b) :: flipAll bs

def ones : List Bool → Nat
  | [] => 0
  | true :: bs => ones bs + 1
  | false :: bs => ones bs

theorem value_incr (bs : List Bool) : value (incr bs) = value bs + 1 := by
  sorry

theorem flipAll_flipAll (bs : List Bool) : flipAll (flipAll bs) = bs := by
  sorry

theorem ones_flipAll (bs : List Bool) : ones bs + ones (flipAll bs) = bs.length := by
  sorry

theorem value_lt (bs : List Bool) : value bs < 2 ^ bs.length := by
  sorry

theorem ones_le (bs : List Bool) : ones bs ≤ bs.length := by
  sorry

theorem value_flipAll (bs : List Bool) : value bs + value (flipAll bs) + 1 = 2 ^ bs.length := by
  sorry

theorem incr_ne_nil (bs : List Bool) : incr bs ≠ [] := by
  sorry

theorem value_append (xs ys : List Bool) : value (xs ++ ys) = value xs + 2 ^ xs.length * value ys := by
  sorry

end Bits
