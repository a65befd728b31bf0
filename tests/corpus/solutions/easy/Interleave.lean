/-! Shuffling two lists like cards. -/

def interleave {α : Type} : List α → List α → List α
  | [], ys => ys
  | x :: xs, ys => x :: interleave ys xs
termination_by xs ys => xs.length + ys.length
decreasing_by simp; omega

theorem length_interleave {α : Type} (xs ys : List α) : (interleave xs ys).length = xs.length + ys.length := by
  fun_induction interleave xs ys <;> grind

theorem mem_interleave {α : Type} (a : α) (xs ys : List α) : a ∈ interleave xs ys ↔ a ∈ xs ∨ a ∈ ys := by
  fun_induction interleave xs ys <;> grind
