/-! All orders of a list: the right ones, all of them, and as many as there should be. -/

namespace Permutations

variable {α : Type}

/-- All ways to put `x` into a list. -/
def insertions (x : α) : List α → List (List α)
  | [] => [[x]]
  | y :: ys => (x :: y :: ys) :: (insertions x ys).map (y :: ·)

def perms : List α → List (List α)
  | [] => [[]]
  | x :: xs => (perms xs).flatMap (insertions x)

def fact : Nat → Nat
  | 0 => 1
  | n + 1 => (n + 1) * fact n

/-- Auxiliary -/
theorem mem_insertions (x : α) (xs zs : List α) : zs ∈ insertions x xs ↔ ∃ a b, xs = a ++ b ∧ zs = a ++ x :: b := by
  induction xs generalizing zs with
  | nil =>
    simp only [insertions, List.mem_singleton]
    constructor
    · rintro rfl; exact ⟨[], [], rfl, rfl⟩
    · rintro ⟨a, b, h, rfl⟩
      obtain ⟨rfl, rfl⟩ := List.append_eq_nil_iff.mp h.symm
      rfl
  | cons y ys ih =>
    simp only [insertions, List.mem_cons, List.mem_map, ih]
    constructor
    · rintro (rfl | ⟨ws, ⟨a, b, rfl, rfl⟩, rfl⟩)
      · exact ⟨[], y :: ys, rfl, rfl⟩
      · exact ⟨y :: a, b, rfl, rfl⟩
    · rintro ⟨a, b, h, rfl⟩
      cases a with
      | nil => cases h; exact .inl rfl
      | cons c a =>
        cases h
        exact .inr ⟨_, ⟨a, b, rfl, rfl⟩, rfl⟩

theorem mem_perms (xs ys : List α) : ys ∈ perms xs ↔ ys.Perm xs := by
  induction xs generalizing ys with
  | nil => simp [perms]
  | cons x xs ih =>
    simp only [perms, List.mem_flatMap, mem_insertions, ih]
    constructor
    · rintro ⟨ws, hw, a, b, rfl, rfl⟩
      exact List.perm_middle.trans (hw.cons x)
    · intro h
      obtain ⟨a, b, rfl⟩ := List.append_of_mem (h.mem_iff.mpr (List.mem_cons_self ..))
      exact ⟨a ++ b, (List.perm_middle.symm.trans h).cons_inv, a, b, rfl, rfl⟩

theorem length_perms (xs : List α) : (perms xs).length = fact xs.length := by
  have h1 : ∀ (x : α) ys, (insertions x ys).length = ys.length + 1 := by
    intro x ys
    induction ys with
    | nil => rfl
    | cons y ys ih => simp [insertions, ih]
  have h2 : ∀ (x : α) n (ls : List (List α)), (∀ l ∈ ls, l.length = n) →
      (ls.flatMap (insertions x)).length = (n + 1) * ls.length := by
    intro x n ls h
    induction ls with
    | nil => simp
    | cons l ls ih =>
      rw [List.flatMap_cons, List.length_append, h1, ih (fun l hl => h l (by simp [hl])), h l (by simp)]
      simp only [List.length_cons]
      grind
  induction xs with
  | nil => rfl
  | cons x xs ih =>
    rw [perms, h2 x xs.length, ih]
    · rfl
    · intro l hl
      exact ((mem_perms xs l).mp hl).length_eq

end Permutations
