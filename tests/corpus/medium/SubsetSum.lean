/-! Can an amount be paid exactly with some of the coins? By search, with the proof that the search is right. -/

namespace SubsetSum

def payable : List Nat → Nat → Bool
  | [], n => n == 0
  | c :: cs, n => payable cs n || (decide (c ≤ n) && payable cs (n - c))

/-- The coins to pay with, the largest number of early coins first. -/
def pay : List Nat → Nat → Option (List Nat)
  | [], n => if n = 0 then some [] else none
  | c :: cs, n =>
    match if c ≤ n then pay cs (n - c) else none with
    | some ds => some (c :: ds)
    | none => pay cs n

theorem payable_iff (cs : List Nat) (n : Nat) : payable cs n = true ↔ ∃ ds : List Nat, ds.Sublist cs ∧ ds.sum = n := by
  sorry

theorem pay_sound (cs ds : List Nat) (n : Nat) (h : pay cs n = some ds) : ds.Sublist cs ∧ ds.sum = n := by
  sorry

theorem isSome_pay (cs : List Nat) (n : Nat) : (pay cs n).isSome = payable cs n := by
  sorry

end SubsetSum
