/-! Prefixes of functions. -/

namespace Streams

def prefixOf (s : Nat → Nat) : Nat → List Nat
  | 0 => []
  | n + 1 => prefixOf s n ++ [s n]

def tail (s : Nat → Nat) : Nat → Nat := fun n => s (n + 1)

def consS (a : Nat) (s : Nat → Nat) : Nat → Nat
  | 0 => a
  | n + 1 => s n

def mapS (g : Nat → Nat) (s : Nat → Nat) : Nat → Nat := fun n => g (s n)

def iterate (g : Nat → Nat) (a : Nat) : Nat → Nat
  | 0 => a
  | n + 1 => g (iterate g a n)

theorem length_prefixOf (s : Nat → Nat) (n : Nat) : (prefixOf s n).length = n := by
  sorry

theorem tail_consS (a : Nat) (s : Nat → Nat) : tail (consS a s) = s := by
  sorry

theorem prefixOf_mapS (g s : Nat → Nat) (n : Nat) : prefixOf (mapS g s) n = (prefixOf s n).map g := by
  sorry

theorem iterate_succ (g : Nat → Nat) (a n : Nat) : iterate g (g a) n = g (iterate g a n) := by
  sorry

theorem iterate_add (g : Nat → Nat) (a m n : Nat) : iterate g a (m + n) = iterate g (iterate g a m) n := by
  sorry

theorem consS_tail (s : Nat → Nat) : consS (s 0) (tail s) = s := by
  sorry

theorem prefixOf_succ (s : Nat → Nat) (n : Nat) : prefixOf s (n + 1) = s 0 :: prefixOf (tail s) n := by
  sorry

theorem mem_prefixOf (s : Nat → Nat) (k n : Nat) (h : k < n) : s k ∈ prefixOf s n := by
  sorry

theorem iterate_id (a n : Nat) : iterate (fun x => x) a n = a := by
  sorry

end Streams
