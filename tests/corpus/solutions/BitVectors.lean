/-!
# Bit vectors

Identities that hardware and low-level code rely on. Some hold at every width, some are about bytes, and the last
section is about masks and flags.
-/

namespace BitVectors

section AnyWidth

variable {w : Nat} (x y z : BitVec w)

theorem xor_self_cancel : x ^^^ x ^^^ y = y := by
  simp

/-- The swap of two registers without a third. -/
theorem xor_swap : (x ^^^ y) ^^^ ((x ^^^ y) ^^^ x) = x := by
  ext i; simp; grind

theorem and_or_absorb : x &&& (x ||| y) = x := by
  ext i; simp; grind

theorem and_or_distrib : x &&& (y ||| z) = x &&& y ||| x &&& z := by
  ext i; simp; grind

theorem not_and : ~~~(x &&& y) = ~~~x ||| ~~~y := by
  ext i; simp

theorem add_comm_assoc : x + y + z = z + y + x := by
  grind

theorem sub_add_cancel : x - y + y = x := by
  grind

/-- Two's complement: negation is complement plus one. -/
theorem neg_eq : -x = ~~~x + 1 := by
  exact BitVec.neg_eq_not_add x

theorem add_self : x + x = x <<< 1 := by
  apply BitVec.eq_of_toNat_eq
  simp [Nat.shiftLeft_eq, Nat.mul_two]

/-- Addition without carries, plus the carries. -/
theorem add_eq_xor_add_and (x y : BitVec 4) : x + y = (x ^^^ y) + ((x &&& y) <<< 1) := by
  revert x y; decide

end AnyWidth

section Bytes

variable (b c : BitVec 8)

theorem shiftLeft_shiftRight : b <<< 4 >>> 4 = b &&& 0x0f#8 := by
  revert b; decide

theorem nibbles : (b >>> 4) <<< 4 ||| b &&& 0x0f#8 = b := by
  revert b; decide

theorem mul_two : b * 2#8 = b <<< 1 := by
  revert b; decide

/-- Clearing the lowest set bit; the number left is smaller. -/
theorem clear_lowest_lt (h : b ≠ 0#8) : b &&& (b - 1#8) < b := by
  revert b; decide

theorem toNat_and_le : (b &&& c).toNat ≤ b.toNat := by
  simp [Nat.and_le_left]

/-- Unsigned addition overflows exactly when the sum is below an operand. -/
theorem overflow_iff : b + c < b ↔ 256 ≤ b.toNat + c.toNat := by
  rw [BitVec.lt_def, BitVec.toNat_add]; omega

end Bytes

section Flags

/-- Set, clear and test the flag `i`. -/
def set (flags : BitVec 16) (i : Nat) : BitVec 16 := flags ||| 1#16 <<< i

def clear (flags : BitVec 16) (i : Nat) : BitVec 16 := flags &&& ~~~(1#16 <<< i)

def test (flags : BitVec 16) (i : Nat) : Bool := flags.getLsbD i

variable (flags : BitVec 16) (i j : Nat)

theorem test_set (h : i < 16) : test (set flags i) i = true := by
  simp [test, set, h]

theorem test_clear : test (clear flags i) i = false := by
  simp [test, clear]

theorem test_set_of_ne (h : i ≠ j) : test (set flags i) j = test flags j := by
  simp [test, set]; omega

theorem clear_set : clear (set flags i) i = clear flags i := by
  ext j; simp [clear, set]; grind

theorem set_set : set (set flags i) i = set flags i := by
  ext j; simp [set]

end Flags

end BitVectors
