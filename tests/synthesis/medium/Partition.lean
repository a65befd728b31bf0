/-! Splitting a list at a pivot. -/

namespace Partition

def split (pivot : Nat) (xs : List Nat) : List Nat × List Nat := sorry

theorem small (pivot : Nat) (xs : List Nat) (x : Nat) (h : x ∈ (split pivot xs).1) : x < pivot := by
  sorry

theorem large (pivot : Nat) (xs : List Nat) (x : Nat) (h : x ∈ (split pivot xs).2) : pivot ≤ x := by
  sorry

theorem split_perm (pivot : Nat) (xs : List Nat) : ((split pivot xs).1 ++ (split pivot xs).2).Perm xs := by
  sorry

end Partition
