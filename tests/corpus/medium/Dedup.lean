/-! Removing duplicates with a list of what was seen. -/

namespace Dedup

variable {α : Type} [DecidableEq α]

def loop (seen : List α) : List α → List α
  | [] => []
  | x :: xs => if x ∈ seen then loop seen xs else x :: loop (x :: seen) xs

def dedup (xs : List α) : List α := loop [] xs

theorem mem_dedup (x : α) (xs : List α) : x ∈ dedup xs ↔ x ∈ xs := by
  sorry

theorem nodup_dedup (xs : List α) : (dedup xs).Nodup := by
  sorry

theorem dedup_of_nodup (xs : List α) (h : xs.Nodup) : dedup xs = xs := by
  sorry

end Dedup
