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

/-- Auxiliary -/
theorem Path.append {edge : Graph} {i j l : Nat} (h : Path edge i j) (h' : Path edge j l) : Path edge i l := by
  induction h with
  | refl i => exact h'
  | step he _ ih => exact .step he (ih h')

/-- Auxiliary -/
theorem reach_sound (edge : Graph) (k i j : Nat) (h : reach edge k i j = true) : Path edge i j := by
  induction k generalizing i j with
  | zero =>
    simp only [reach, Bool.or_eq_true, beq_iff_eq] at h
    rcases h with rfl | h
    · exact .refl i
    · exact .step h (.refl j)
  | succ k ih =>
    simp only [reach, Bool.or_eq_true, Bool.and_eq_true] at h
    rcases h with h | ⟨h1, h2⟩
    · exact ih i j h
    · exact (ih i k h1).append (ih k j h2)

/-- Auxiliary -/
theorem reach_refl (edge : Graph) (k i : Nat) : reach edge k i i = true := by
  induction k <;> simp_all [reach]

/-- Auxiliary: two ways that meet at a node below `k` make one. -/
theorem reach_trans (edge : Graph) (k i j l : Nat) (hj : j < k) (h1 : reach edge k i j = true)
    (h2 : reach edge k j l = true) : reach edge k i l = true := by
  induction k generalizing i j l with
  | zero => omega
  | succ k ih =>
    simp only [reach, Bool.or_eq_true, Bool.and_eq_true] at *
    by_cases e : j = k
    · subst e
      rcases h1 with h1 | h1 <;> rcases h2 with h2 | h2 <;> simp_all
    · have hj' : j < k := by omega
      rcases h1 with h1 | h1 <;> rcases h2 with h2 | h2
      · exact .inl (ih i j l hj' h1 h2)
      · exact .inr ⟨ih i j k hj' h1 h2.1, h2.2⟩
      · exact .inr ⟨h1.1, ih k j l hj' h1.2 h2⟩
      · exact .inr ⟨h1.1, h2.2⟩

/-- Auxiliary -/
theorem reach_edge (edge : Graph) (k i j : Nat) (h : edge i j = true) : reach edge k i j = true := by
  induction k <;> simp_all [reach]

theorem reach_iff (n : Nat) (edge : Graph) (hb : Bounded n edge) (i j : Nat) :
    reach edge n i j = true ↔ Path edge i j := by
  constructor
  · exact reach_sound edge n i j
  · intro h
    induction h with
    | refl i => exact reach_refl edge n i
    | step he _ ih => exact reach_trans edge n _ _ _ (hb _ _ he).2 (reach_edge edge n _ _ he) ih

/-- More rounds find nothing new. -/
theorem reach_add (n m : Nat) (edge : Graph) (hb : Bounded n edge) (i j : Nat) :
    reach edge (n + m) i j = reach edge n i j := by
  have hb' : Bounded (n + m) edge := fun i j h => by
    have := hb i j h
    omega
  rw [Bool.eq_iff_iff, reach_iff _ _ hb', reach_iff _ _ hb]

end Warshall
