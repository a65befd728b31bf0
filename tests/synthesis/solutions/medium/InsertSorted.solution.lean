/-! Inserting a number into a sorted list. -/

namespace InsertSorted

def insert (x : Nat) (xs : List Nat) : List Nat :=
  match xs with
  | [] => [x]
  | y :: rest => if x ≤ y then x :: y :: rest else y :: insert x rest

theorem insert_perm (x : Nat) (xs : List Nat) : (insert x xs).Perm (x :: xs) := by
  induction xs with
  | nil => exact List.Perm.refl _
  | cons y rest ih =>
    simp only [insert]; split
    · exact List.Perm.refl _
    · exact (ih.cons y).trans (List.Perm.swap x y rest)

theorem insert_sorted (x : Nat) (xs : List Nat) (h : xs.Pairwise (· ≤ ·)) : (insert x xs).Pairwise (· ≤ ·) := by
  induction xs with
  | nil => simp [insert]
  | cons y rest ih =>
    simp only [insert]; split
    · simp_all; intro a ha; exact Nat.le_trans ‹x ≤ y› (h.1 a ha)
    · rw [List.pairwise_cons] at h ⊢
      refine ⟨fun a ha => ?_, ih h.2⟩
      have := (insert_perm x rest).mem_iff.mp ha
      grind

end InsertSorted
