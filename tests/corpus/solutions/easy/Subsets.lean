/-! Sublists of a list, and how many there are. -/

def subsets {α : Type} : List α → List (List α)
  | [] => [[]]
  | x :: xs => subsets xs ++ (subsets xs).map (x :: ·)

theorem length_subsets {α : Type} (xs : List α) : (subsets xs).length = 2 ^ xs.length := by
  induction xs <;> grind [subsets]

theorem self_mem_subsets {α : Type} (xs : List α) : xs ∈ subsets xs := by
  induction xs <;> simp_all [subsets]

theorem length_le_of_mem_subsets {α : Type} {xs ys : List α} (h : ys ∈ subsets xs) : ys.length ≤ xs.length := by
  induction xs generalizing ys with
  | nil => simp_all [subsets]
  | cons x xs ih =>
    simp only [subsets, List.mem_append, List.mem_map] at h
    rcases h with h | ⟨zs, hz, rfl⟩
    · have := ih h; simp; omega
    · have := ih hz; simp; omega
