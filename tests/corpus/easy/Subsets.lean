/-! Sublists of a list, and how many there are. -/

def subsets {α : Type} : List α → List (List α)
  | [] => [[]]
  | x :: xs => subsets xs ++ (subsets xs).map (x :: ·)

theorem length_subsets {α : Type} (xs : List α) : (subsets xs).length = 2 ^ xs.length := by
  sorry

theorem self_mem_subsets {α : Type} (xs : List α) : xs ∈ subsets xs := by
  sorry

theorem length_le_of_mem_subsets {α : Type} {xs ys : List α} (h : ys ∈ subsets xs) : ys.length ≤ xs.length := by
  sorry
