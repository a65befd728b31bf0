/-!
# Merge sort

`sort` recurses on the two halves of its input, which Lean does not see to be smaller by itself:
the termination argument is one of the proofs that are missing here.
-/

namespace MergeSort

/-- Deal the list out into two, alternating. -/
def split : List Nat → List Nat × List Nat
  | [] => ([], [])
  | [x] => ([x], [])
  | x :: y :: rest => (x :: (split rest).1, y :: (split rest).2)

def merge : List Nat → List Nat → List Nat
  | [], ys => ys
  | xs, [] => xs
  | x :: xs, y :: ys => if x ≤ y then x :: merge xs (y :: ys) else y :: merge (x :: xs) ys
termination_by xs ys => xs.length + ys.length

theorem length_split_fst_le (xs : List Nat) : (split xs).1.length ≤ xs.length := by
  fun_induction split <;> grind

theorem length_split_snd_le (xs : List Nat) : (split xs).2.length ≤ xs.length := by
  fun_induction split <;> grind

def sort : List Nat → List Nat
  | [] => []
  | [x] => [x]
  | x :: y :: rest => merge (sort (x :: (split rest).1)) (sort (y :: (split rest).2))
termination_by xs => xs.length
decreasing_by
  · grind [length_split_fst_le]
  · grind [length_split_snd_le]

def Sorted (xs : List Nat) : Prop := xs.Pairwise (· ≤ ·)

theorem length_split (xs : List Nat) : (split xs).1.length + (split xs).2.length = xs.length := by
  fun_induction split <;> grind

theorem count_split (n : Nat) (xs : List Nat) : (split xs).1.count n + (split xs).2.count n = xs.count n := by
  fun_induction split <;> grind

theorem length_merge (xs ys : List Nat) : (merge xs ys).length = xs.length + ys.length := by
  fun_induction merge <;> grind

theorem count_merge (n : Nat) (xs ys : List Nat) : (merge xs ys).count n = xs.count n + ys.count n := by
  fun_induction merge <;> grind

theorem mem_merge {n : Nat} {xs ys : List Nat} : n ∈ merge xs ys ↔ n ∈ xs ∨ n ∈ ys := by
  fun_induction merge <;> grind

theorem sorted_merge {xs ys : List Nat} (hx : Sorted xs) (hy : Sorted ys) : Sorted (merge xs ys) := by
  fun_induction merge <;> grind [Sorted, List.pairwise_cons, mem_merge]

theorem length_sort (xs : List Nat) : (sort xs).length = xs.length := by
  fun_induction sort <;> grind [length_merge, length_split]

/-- The result is sorted, with the same elements as often. Both halves are open. -/
theorem sort_correct (xs : List Nat) : Sorted (sort xs) ∧ ∀ n, (sort xs).count n = xs.count n := by
  constructor
  · fun_induction sort with
    | case1 => simp [Sorted]
    | case2 => simp [Sorted]
    | case3 _ _ _ ih₁ ih₂ => exact sorted_merge (by assumption) (by assumption)
  · intro n
    fun_induction sort <;> grind [count_merge, count_split]

end MergeSort
