/-! Splitting a list at a pivot. -/

namespace Partition

def split (pivot : Nat) (xs : List Nat) : List Nat × List Nat :=
  match xs with
  | [] => ([], [])
  | x :: rest =>
    if x < pivot then (x :: (split pivot rest).1, (split pivot rest).2)
    else ((split pivot rest).1, x :: (split pivot rest).2)

theorem small (pivot : Nat) (xs : List Nat) (x : Nat) (h : x ∈ (split pivot xs).1) : x < pivot := by
  induction xs with
  | nil => simp [split] at h
  | cons y rest ih => simp only [split] at h; grind

theorem large (pivot : Nat) (xs : List Nat) (x : Nat) (h : x ∈ (split pivot xs).2) : pivot ≤ x := by
  induction xs with
  | nil => simp [split] at h
  | cons y rest ih => simp only [split] at h; grind

theorem split_perm (pivot : Nat) (xs : List Nat) : ((split pivot xs).1 ++ (split pivot xs).2).Perm xs := by
  induction xs with
  | nil => exact List.Perm.refl _
  | cons x rest ih =>
    simp only [split]
    by_cases h : x < pivot
    · simpa [h] using ih
    · simpa [h] using List.perm_middle.trans (ih.cons x)

end Partition
