/-! The majority vote of Boyer and Moore: one pass, one candidate, one counter. -/

namespace Majority

variable {α : Type} [DecidableEq α]

def step (s : α × Nat) (x : α) : α × Nat :=
  if s.2 = 0 then (x, 1)
  else if x = s.1 then (s.1, s.2 + 1)
  else (s.1, s.2 - 1)

/-- `d` is the answer for the empty list. -/
def candidate (d : α) (xs : List α) : α := (xs.foldl step (d, 0)).1

/-- The candidate, if a second pass confirms it. -/
def majority? (d : α) (xs : List α) : Option α :=
  if xs.length < 2 * xs.count (candidate d xs) then some (candidate d xs) else none

/-- Auxiliary: the counter stands for that many votes that no other vote has cancelled. -/
theorem foldl_step (xs : List α) (c : α) (n : Nat) (a : α)
    (h : xs.length + n < 2 * xs.count a + (if c = a then 2 * n else 0)) : (xs.foldl step (c, n)).1 = a := by
  induction xs generalizing c n with
  | nil =>
    simp only [List.length_nil, List.count_nil] at h
    split at h
    · assumption
    · omega
  | cons x xs ih =>
    rw [List.foldl_cons]
    simp only [List.length_cons, List.count_cons, beq_iff_eq] at h
    simp only [step]
    split
    · apply ih; grind
    · split
      · apply ih; grind
      · apply ih; grind

/-- Whoever has more than half of the votes is found. -/
theorem candidate_eq (d a : α) (xs : List α) (h : xs.length < 2 * xs.count a) : candidate d xs = a := by
  apply foldl_step
  split <;> omega

/-- Auxiliary -/
theorem majority?_eq_some_iff (d a : α) (xs : List α) : majority? d xs = some a ↔ xs.length < 2 * xs.count a := by
  unfold majority?
  constructor
  · intro h
    split at h
    · next hc => cases h; exact hc
    · contradiction
  · intro h
    rw [candidate_eq d a xs h, if_pos h]

/-- The votes can be counted in any order. -/
theorem majority?_perm (d : α) (xs ys : List α) (h : xs.Perm ys) : majority? d xs = majority? d ys := by
  apply Option.ext
  intro a
  rw [majority?_eq_some_iff, majority?_eq_some_iff, h.count_eq, h.length_eq]

end Majority
