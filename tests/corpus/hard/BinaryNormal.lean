/-! Binary numerals, each number having one normal form; arithmetic on normal forms. -/

namespace BinaryNormal

inductive Bin where
  | zero
  /-- `2 * b` -/
  | even (b : Bin)
  /-- `2 * b + 1` -/
  | odd (b : Bin)
deriving DecidableEq

open Bin

def toNat : Bin → Nat
  | zero => 0
  | even b => 2 * toNat b
  | odd b => 2 * toNat b + 1

def succ : Bin → Bin
  | zero => odd zero
  | even b => odd b
  | odd b => even (succ b)

def ofNat : Nat → Bin
  | 0 => zero
  | n + 1 => succ (ofNat n)

/-- Drop the digits `0` in front. -/
def trim : Bin → Bin
  | zero => zero
  | even b => if trim b = zero then zero else even (trim b)
  | odd b => odd (trim b)

def add : Bin → Bin → Bin
  | zero, b => b
  | a, zero => a
  | even a, even b => even (add a b)
  | even a, odd b => odd (add a b)
  | odd a, even b => odd (add a b)
  | odd a, odd b => even (succ (add a b))

def mul : Bin → Bin → Bin
  | zero, _ => zero
  | even a, b => even (mul a b)
  | odd a, b => add b (even (mul a b))

theorem ofNat_toNat (b : Bin) : ofNat (toNat b) = trim b := by
  sorry

theorem trim_mul_comm (a b : Bin) : trim (mul a b) = trim (mul b a) := by
  sorry

theorem trim_mul_add (a b c : Bin) : trim (mul a (add b c)) = trim (add (mul a b) (mul a c)) := by
  sorry

/-- Two numerals stand for the same number when they agree but for zeros in front. -/
theorem trim_eq_trim_iff (a b : Bin) : trim a = trim b ↔ toNat a = toNat b := by
  sorry

end BinaryNormal
