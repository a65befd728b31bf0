/-! Which nodes of a directed graph can be reached from which: the algorithm of Warshall. -/

namespace Warshall

/-- A graph on the nodes `0`, `1`, …; `edge i j`: there is an edge from `i` to `j`. -/
abbrev Graph := Nat → Nat → Bool

/-- Reachable on a way whose inner nodes are all below `k`. -/
def reach (edge : Graph) : Nat → Graph
  | 0 => fun i j => i == j || edge i j
  | k + 1 => fun i j => reach edge k i j || (reach edge k i k && reach edge k k j)

inductive Path (edge : Graph) : Nat → Nat → Prop where
  | refl (i : Nat) : Path edge i i
  | step {i j l : Nat} : edge i j = true → Path edge j l → Path edge i l

/-- All edges run between nodes below `n`. -/
def Bounded (n : Nat) (edge : Graph) : Prop := ∀ i j, edge i j = true → i < n ∧ j < n

theorem reach_iff (n : Nat) (edge : Graph) (hb : Bounded n edge) (i j : Nat) :
    reach edge n i j = true ↔ Path edge i j := by
  sorry

/-- More rounds find nothing new. -/
theorem reach_add (n m : Nat) (edge : Graph) (hb : Bounded n edge) (i j : Nat) :
    reach edge (n + m) i j = reach edge n i j := by
  sorry

end Warshall
