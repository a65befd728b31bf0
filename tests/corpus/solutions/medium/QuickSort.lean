/-! Quicksort on lists, and selection of the k-th smallest by the same idea. -/

namespace QuickSort

def below (p : Nat) (xs : List Nat) : List Nat := xs.filter (· < p)

def above (p : Nat) (xs : List Nat) : List Nat := xs.filter (p ≤ ·)

def sort : List Nat → List Nat
  | [] => []
  | p :: xs => sort (below p xs) ++ p :: sort (above p xs)
termination_by xs => xs.length
decreasing_by
  · have := List.length_filter_le (· < p) xs
    simp [below]; omega
  · have := List.length_filter_le (p ≤ ·) xs
    simp [above]; omega

/-- The element at place `k` of the sorted list, without sorting all of it. -/
def select (k : Nat) : List Nat → Option Nat
  | [] => none
  | p :: xs =>
    if k < (below p xs).length then select k (below p xs)
    else if k = (below p xs).length then some p
    else select (k - (below p xs).length - 1) (above p xs)
termination_by xs => xs.length
decreasing_by
  · have := List.length_filter_le (· < p) xs
    simp [below]; omega
  · have := List.length_filter_le (p ≤ ·) xs
    simp [above]; omega

/-- Auxiliary -/
theorem count_parts (x p : Nat) (xs : List Nat) : (below p xs).count x + (above p xs).count x = xs.count x := by
  induction xs <;> grind [below, above]

theorem perm_sort (xs : List Nat) : (sort xs).Perm xs := by
  rw [List.perm_iff_count]
  intro x
  fun_induction sort xs with
  | case1 => rfl
  | case2 p xs ih1 ih2 =>
    have := count_parts x p xs
    rw [List.count_append, List.count_cons, List.count_cons, ih1, ih2]
    omega

theorem sorted_sort (xs : List Nat) : (sort xs).Pairwise (· ≤ ·) := by
  fun_induction sort xs with
  | case1 => simp
  | case2 p xs ih1 ih2 =>
    have h1 : ∀ x ∈ sort (below p xs), x < p := by
      intro x hx
      have := (perm_sort _).mem_iff.mp hx
      simp [below] at this
      exact this.2
    have h2 : ∀ x ∈ sort (above p xs), p ≤ x := by
      intro x hx
      have := (perm_sort _).mem_iff.mp hx
      simp [above] at this
      exact this.2
    rw [List.pairwise_append, List.pairwise_cons]
    refine ⟨ih1, ⟨h2, ih2⟩, ?_⟩
    intro a ha b hb
    have := h1 a ha
    rcases List.mem_cons.mp hb with rfl | hb
    · omega
    · have := h2 b hb
      omega

theorem select_eq (k : Nat) (xs : List Nat) : select k xs = (sort xs)[k]? := by
  fun_induction select k xs with
  | case1 k => simp [sort]
  | case2 k p xs h ih =>
    rw [ih, sort, List.getElem?_append_left]
    rwa [(perm_sort _).length_eq]
  | case3 p xs h =>
    rw [sort, List.getElem?_append_right (by rw [(perm_sort _).length_eq]; omega), (perm_sort _).length_eq]
    simp
  | case4 k p xs h1 h2 ih =>
    rw [ih, sort, List.getElem?_append_right (by rw [(perm_sort _).length_eq]; omega), (perm_sort _).length_eq]
    rw [show k - (below p xs).length = k - (below p xs).length - 1 + 1 by omega, List.getElem?_cons_succ]
    simp

end QuickSort
