/-! Matrices as lists of rows. -/

namespace Transpose

variable {α : Type}

/-- The columns of a matrix with `n` columns. -/
def transpose (n : Nat) : List (List α) → List (List α)
  | [] => List.replicate n []
  | r :: rs => List.zipWith (· :: ·) r (transpose n rs)

/-- Every row has `n` entries. -/
def Wide (n : Nat) (m : List (List α)) : Prop := ∀ r ∈ m, r.length = n

def entry (m : List (List α)) (i j : Nat) : Option α := m[i]?.bind (·[j]?)

/-- Auxiliary -/
theorem length_transpose (n : Nat) (m : List (List α)) (h : Wide n m) : (transpose n m).length = n := by
  induction m with
  | nil => simp [transpose]
  | cons r rs ih =>
    have h1 := ih (fun s hs => h s (by simp [hs]))
    have h2 := h r (by simp)
    simp [transpose, h1, h2]

theorem wide_transpose (n : Nat) (m : List (List α)) (h : Wide n m) : Wide m.length (transpose n m) := by
  induction m with
  | nil =>
    intro r hr
    simp [transpose, List.mem_replicate] at hr
    simp [hr.2]
  | cons r rs ih =>
    have h1 := ih (fun s hs => h s (by simp [hs]))
    intro s hs
    simp only [transpose] at hs
    obtain ⟨i, hi, rfl⟩ := List.getElem_of_mem hs
    simp only [List.length_zipWith] at hi
    simp [h1 _ (List.getElem_mem (by omega : i < (transpose n rs).length))]

/-- Auxiliary -/
theorem transpose_zipWith (k : Nat) (r : List α) (m : List (List α)) (h : r.length = m.length) :
    transpose (k + 1) (List.zipWith (· :: ·) r m) = r :: transpose k m := by
  induction m generalizing r with
  | nil =>
    have : r = [] := by simpa using h
    simp [this, transpose, List.replicate_succ]
  | cons s m ih =>
    cases r with
    | nil => simp at h
    | cons a r => simp [transpose, ih r (by simpa using h)]

theorem transpose_transpose (n : Nat) (m : List (List α)) (h : Wide n m) : transpose m.length (transpose n m) = m := by
  induction m with
  | nil =>
    cases n with
    | zero => rfl
    | succ n => rfl
  | cons r rs ih =>
    have h1 : Wide n rs := fun s hs => h s (by simp [hs])
    rw [List.length_cons, transpose, transpose_zipWith, ih h1]
    rw [length_transpose n rs h1, h r (by simp)]

theorem entry_transpose (n i j : Nat) (m : List (List α)) (h : Wide n m) :
    entry (transpose n m) j i = entry m i j := by
  induction m generalizing i with
  | nil => grind [entry, transpose]
  | cons r rs ih =>
    have h1 : Wide n rs := fun s hs => h s (by simp [hs])
    have h2 := length_transpose n rs h1
    have h3 := h r (by simp)
    simp only [entry, transpose, List.getElem?_zipWith]
    cases i with
    | zero => grind
    | succ i =>
      have := ih i h1
      simp only [entry] at this
      simp only [List.getElem?_cons_succ, ← this]
      grind

end Transpose
