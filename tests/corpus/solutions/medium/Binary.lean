/-! Binary numerals as lists of bits, least significant bit first. -/

namespace Binary

abbrev Bits := List Bool

def toNat : Bits → Nat
  | [] => 0
  | b :: bs => b.toNat + 2 * toNat bs

def inc : Bits → Bits
  | [] => [true]
  | false :: bs => true :: bs
  | true :: bs => false :: inc bs

/-- Addition with a carry. -/
def addCarry : Bool → Bits → Bits → Bits
  | false, [], bs => bs
  | true, [], bs => inc bs
  | false, as, [] => as
  | true, as, [] => inc as
  | c, a :: as, b :: bs => (a ^^ b ^^ c) :: addCarry ((a && b) || (c && (a ^^ b))) as bs

def add (as bs : Bits) : Bits := addCarry false as bs

/-- Count up from zero. -/
def ofNat : Nat → Bits
  | 0 => []
  | n + 1 => inc (ofNat n)

/-- Auxiliary -/
theorem toNat_inc (bs : Bits) : toNat (inc bs) = toNat bs + 1 := by
  fun_induction inc <;> grind [toNat, Bool.toNat]

theorem toNat_ofNat (n : Nat) : toNat (ofNat n) = n := by
  induction n with
  | zero => rfl
  | succ n ih => rw [ofNat, toNat_inc, ih]

/-- Auxiliary -/
theorem toNat_addCarry (c : Bool) (as bs : Bits) : toNat (addCarry c as bs) = c.toNat + toNat as + toNat bs := by
  fun_induction addCarry c as bs with
  | case5 c a as b bs ih =>
    simp only [toNat, ih]
    cases a <;> cases b <;> cases c <;> simp <;> omega
  | _ => simp [toNat, toNat_inc] <;> omega

theorem toNat_add (as bs : Bits) : toNat (add as bs) = toNat as + toNat bs := by
  simp [add, toNat_addCarry]

end Binary
