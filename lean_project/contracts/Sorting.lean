/-! An example on top of `Contract.lean`: whatever a component returns for "sort this", the caller gets it sorted. -/

namespace Gentzen.Sorting

/-- The same numbers, in order. -/
def contract : Contract (List Nat) (List Nat) where
  pre _ := True
  post xs ys := ys.Perm xs ∧ ys.Pairwise (· ≤ ·)

instance (xs ys : List Nat) : Decidable (contract.post xs ys) :=
  inferInstanceAs (Decidable (ys.Perm xs ∧ ys.Pairwise (· ≤ ·)))

/-- Slow and right. -/
def insert (x : Nat) : List Nat → List Nat
  | [] => [x]
  | y :: rest => if x ≤ y then x :: y :: rest else y :: insert x rest

def fallback : List Nat → List Nat
  | [] => []
  | x :: rest => insert x (fallback rest)

theorem insert_perm (x : Nat) (xs : List Nat) : (insert x xs).Perm (x :: xs) := by
  induction xs with
  | nil => exact List.Perm.refl _
  | cons y rest ih =>
    simp only [insert]
    split
    · exact List.Perm.refl _
    · exact (ih.cons y).trans (List.Perm.swap x y rest)

theorem insert_sorted (x : Nat) (xs : List Nat) (h : xs.Pairwise (· ≤ ·)) : (insert x xs).Pairwise (· ≤ ·) := by
  induction xs with
  | nil => simp [insert]
  | cons y rest ih =>
    simp only [insert]
    split
    · simp_all; intro a ha; exact Nat.le_trans ‹x ≤ y› (h.1 a ha)
    · rw [List.pairwise_cons] at h ⊢
      refine ⟨fun a ha => ?_, ih h.2⟩
      have := (insert_perm x rest).mem_iff.mp ha
      grind

theorem fallback_meets : contract.Meets fallback := by
  intro xs _
  induction xs with
  | nil => exact ⟨List.Perm.refl _, List.Pairwise.nil⟩
  | cons x rest ih =>
    have ⟨perm, sorted⟩ := ih trivial
    exact ⟨(insert_perm x _).trans (perm.cons x), insert_sorted x _ sorted⟩

/-- A sorting function in front of any component whatever. -/
def sort (gen : Component (List Nat) (List Nat)) (budget : Nat) : List Nat → List Nat :=
  contract.guarded fallback gen budget

theorem sort_correct (gen : Component (List Nat) (List Nat)) (budget : Nat) (xs : List Nat) :
    (sort gen budget xs).Perm xs ∧ (sort gen budget xs).Pairwise (· ≤ ·) := by
  exact contract.guarded_meets gen fallback_meets budget xs trivial

end Gentzen.Sorting
