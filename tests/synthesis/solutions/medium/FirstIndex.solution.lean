/-! Where a number occurs for the first time in a list. -/

namespace FirstIndex

def firstIndex (xs : List Nat) (x : Nat) : Option Nat :=
  match xs with
  | [] => none
  | y :: rest => if y = x then some 0 else (firstIndex rest x).map (· + 1)

theorem getElem_firstIndex (xs : List Nat) (x i : Nat) (h : firstIndex xs x = some i) : xs[i]? = some x := by
  induction xs generalizing i with
  | nil => simp [firstIndex] at h
  | cons y rest ih =>
    simp only [firstIndex] at h
    split at h
    · simp at h; subst h; simpa
    · simp only [Option.map_eq_some_iff] at h
      obtain ⟨k, hk, rfl⟩ := h
      simpa using ih k hk

/-- It does not occur before. -/
theorem before_firstIndex (xs : List Nat) (x i j : Nat) (h : firstIndex xs x = some i) (hj : j < i) :
    xs[j]? ≠ some x := by
  induction xs generalizing i j with
  | nil => simp [firstIndex] at h
  | cons y rest ih =>
    simp only [firstIndex] at h
    split at h
    · simp at h; omega
    · simp only [Option.map_eq_some_iff] at h
      obtain ⟨k, hk, rfl⟩ := h
      cases j with
      | zero => simpa using ‹¬y = x›
      | succ j => simpa using ih k j hk (by omega)

theorem firstIndex_eq_none (xs : List Nat) (x : Nat) : firstIndex xs x = none ↔ x ∉ xs := by
  induction xs with
  | nil => simp [firstIndex]
  | cons y rest ih => simp only [firstIndex]; split <;> simp_all; grind

end FirstIndex
