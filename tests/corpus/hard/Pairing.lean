/-! Numbering the pairs of natural numbers along the diagonals, and going back. -/

namespace Pairing

def triangle : Nat → Nat
  | 0 => 0
  | n + 1 => triangle n + (n + 1)

def pair (a b : Nat) : Nat := triangle (a + b) + b

/-- From each pair to the one with the next number. -/
def next : Nat × Nat → Nat × Nat
  | (0, b) => (b + 1, 0)
  | (a + 1, b) => (a, b + 1)

def unpair : Nat → Nat × Nat
  | 0 => (0, 0)
  | n + 1 => next (unpair n)

/-- Triples and longer tuples by pairs of pairs. -/
def code : List Nat → Nat
  | [] => 0
  | x :: xs => pair x (code xs) + 1

def decode : Nat → Nat → List Nat
  | 0, _ => []
  | _, 0 => []
  | fuel + 1, n + 1 => (unpair n).1 :: decode fuel (unpair n).2

theorem pair_unpair (n : Nat) : pair (unpair n).1 (unpair n).2 = n := by
  sorry

theorem unpair_pair (a b : Nat) : unpair (pair a b) = (a, b) := by
  sorry

theorem decode_code (xs : List Nat) : decode (code xs) (code xs) = xs := by
  sorry

end Pairing
