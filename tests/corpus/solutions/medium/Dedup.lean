/-! Removing duplicates with a list of what was seen. -/

namespace Dedup

variable {α : Type} [DecidableEq α]

def loop (seen : List α) : List α → List α
  | [] => []
  | x :: xs => if x ∈ seen then loop seen xs else x :: loop (x :: seen) xs

def dedup (xs : List α) : List α := loop [] xs

/-- Auxiliary -/
theorem mem_loop (x : α) (seen xs : List α) : x ∈ loop seen xs ↔ x ∈ xs ∧ x ∉ seen := by
  induction xs generalizing seen with
  | nil => simp [loop]
  | cons y ys ih => grind [loop]

theorem mem_dedup (x : α) (xs : List α) : x ∈ dedup xs ↔ x ∈ xs := by
  simp [dedup, mem_loop]

theorem nodup_dedup (xs : List α) : (dedup xs).Nodup := by
  unfold dedup
  generalize [] = seen
  induction xs generalizing seen with
  | nil => simp [loop]
  | cons y ys ih =>
    simp only [loop]
    split
    · exact ih seen
    · simp [List.nodup_cons, ih, mem_loop]

theorem dedup_of_nodup (xs : List α) (h : xs.Nodup) : dedup xs = xs := by
  suffices g : ∀ seen : List α, (∀ x ∈ xs, x ∉ seen) → loop seen xs = xs from g [] (by simp)
  induction xs with
  | nil => simp [loop]
  | cons y ys ih =>
    intro seen hs
    rw [List.nodup_cons] at h
    rw [loop, if_neg (hs y (by simp)), ih h.2]
    intro x hx
    have := hs x (by simp [hx])
    grind

end Dedup
