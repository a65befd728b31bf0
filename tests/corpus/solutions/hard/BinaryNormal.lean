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

/-- Auxiliary -/
theorem toNat_succ (b : Bin) : toNat (succ b) = toNat b + 1 := by
  induction b <;> grind [toNat, succ]

/-- Auxiliary -/
theorem toNat_ofNat (n : Nat) : toNat (ofNat n) = n := by
  induction n with
  | zero => rfl
  | succ n ih => rw [ofNat, toNat_succ, ih]

/-- Auxiliary -/
def double : Bin → Bin
  | zero => zero
  | b => even b

/-- Auxiliary -/
theorem ofNat_two_mul (n : Nat) : ofNat (2 * n) = double (ofNat n) ∧ ofNat (2 * n + 1) = odd (ofNat n) := by
  induction n with
  | zero => exact ⟨rfl, rfl⟩
  | succ n ih =>
    have h1 : ofNat (2 * (n + 1)) = double (ofNat (n + 1)) := by
      rw [show 2 * (n + 1) = 2 * n + 1 + 1 by omega, ofNat, ih.2, ofNat]
      cases ofNat n <;> rfl
    refine ⟨h1, ?_⟩
    rw [ofNat, h1, ofNat]
    cases ofNat n <;> rfl

theorem ofNat_toNat (b : Bin) : ofNat (toNat b) = trim b := by
  induction b with
  | zero => rfl
  | even b ih =>
    rw [toNat, (ofNat_two_mul _).1, ih, trim]
    cases trim b <;> simp [double]
  | odd b ih => rw [toNat, (ofNat_two_mul _).2, ih, trim]

/-- Auxiliary -/
theorem toNat_add (a b : Bin) : toNat (add a b) = toNat a + toNat b := by
  fun_induction add a b <;> grind [toNat, toNat_succ]

/-- Auxiliary -/
theorem toNat_mul (a b : Bin) : toNat (mul a b) = toNat a * toNat b := by
  induction a <;> grind [toNat, mul, toNat_add]

theorem trim_mul_comm (a b : Bin) : trim (mul a b) = trim (mul b a) := by
  rw [← ofNat_toNat, ← ofNat_toNat, toNat_mul, toNat_mul, Nat.mul_comm]

theorem trim_mul_add (a b c : Bin) : trim (mul a (add b c)) = trim (add (mul a b) (mul a c)) := by
  rw [← ofNat_toNat, ← ofNat_toNat]
  simp only [toNat_mul, toNat_add, Nat.mul_add]

/-- Two numerals stand for the same number when they agree but for zeros in front. -/
theorem trim_eq_trim_iff (a b : Bin) : trim a = trim b ↔ toNat a = toNat b := by
  constructor
  · intro h
    rw [← ofNat_toNat, ← ofNat_toNat] at h
    rw [← toNat_ofNat (toNat a), h, toNat_ofNat]
  · intro h
    rw [← ofNat_toNat, ← ofNat_toNat, h]

end BinaryNormal
