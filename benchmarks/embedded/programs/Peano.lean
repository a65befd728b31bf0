/-! Numbers of our own. -/

namespace Peano

inductive N
  | z
  | s (n : N)

def add : N → N → N
  | .z, n => n
  | .s m, n => .s (add m n)

def mul : N → N → N
  | .z, _ => .z
  | .s m, n => add n (mul m n)

def toNat : N → Nat
  | .z => 0
  | .s n => toNat n + 1

def leq : N → N → Bool
  | .z, _ => true
  | .s _, .z => false
  | .s m, .s n => leq m n

def minus : N → N → N
  | m, .z => m
  | .z, .s _ => .z
  | .s m, .s n => minus m n

theorem add_z (n : N) : add n .z = n := by
  sorry

theorem add_s (m n : N) : add m (.s n) = .s (add m n) := by
  sorry

theorem add_comm (m n : N) : add m n = add n m := by
  sorry

theorem add_assoc (k m n : N) : add (add k m) n = add k (add m n) := by
  sorry

theorem toNat_add (m n : N) : toNat (add m n) = toNat m + toNat n := by
  sorry

theorem toNat_mul (m n : N) : toNat (mul m n) = toNat m * toNat n := by
  sorry

theorem leq_refl (n : N) : leq n n = true := by
  sorry

theorem leq_add (m n : N) : leq m (add m n) = true := by
  sorry

theorem minus_self (n : N) : minus n n = .z := by
  sorry

theorem minus_add (m n : N) : minus (add m n) m = n := by
  sorry

theorem leq_iff (m n : N) : leq m n = true ↔ toNat m ≤ toNat n := by
  sorry

end Peano
