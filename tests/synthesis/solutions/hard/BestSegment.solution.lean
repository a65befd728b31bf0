/-! The largest sum of a segment (of neighbours) in a list; the empty segment counts. -/

namespace BestSegment

/-- The best sum among the list's prefixes. -/
def bestPrefix : List Int → Int
  | [] => 0
  | x :: rest => max 0 (x + bestPrefix rest)

def best (xs : List Int) : Int :=
  match xs with
  | [] => 0
  | x :: rest => max (bestPrefix (x :: rest)) (best rest)

theorem le_bestPrefix (xs : List Int) (n : Nat) : (xs.take n).sum ≤ bestPrefix xs := by
  induction xs generalizing n with
  | nil => simp [bestPrefix]
  | cons x rest ih =>
    cases n with
    | zero => simp [bestPrefix]; omega
    | succ n => have := ih n; simp [bestPrefix]; omega

theorem bestPrefix_reached (xs : List Int) : ∃ n, n ≤ xs.length ∧ (xs.take n).sum = bestPrefix xs := by
  induction xs with
  | nil => exact ⟨0, by simp, by simp [bestPrefix]⟩
  | cons x rest ih =>
    obtain ⟨n, hn, h⟩ := ih
    by_cases hx : 0 ≤ x + bestPrefix rest
    · refine ⟨n + 1, by simpa using hn, ?_⟩
      simp [bestPrefix, h]; omega
    · exact ⟨0, by simp, by simp [bestPrefix]; omega⟩

/-- No segment has a larger sum. -/
theorem segment_le_best (xs : List Int) (start n : Nat) : ((xs.drop start).take n).sum ≤ best xs := by
  induction xs generalizing start with
  | nil => simp [best]
  | cons x rest ih =>
    cases start with
    | zero => have := le_bestPrefix (x :: rest) n; simp only [List.drop_zero, best]; omega
    | succ start => have := ih start; simp only [List.drop_succ_cons, best]; omega

/-- Some segment has this sum. -/
theorem best_reached (xs : List Int) :
    ∃ start, start ≤ xs.length ∧ ∃ n, n ≤ xs.length ∧ ((xs.drop start).take n).sum = best xs := by
  induction xs with
  | nil => exact ⟨0, by simp, 0, by simp, by simp [best]⟩
  | cons x rest ih =>
    obtain ⟨start, hs, n, hn, h⟩ := ih
    by_cases hx : best rest ≤ bestPrefix (x :: rest)
    · obtain ⟨m, hm, e⟩ := bestPrefix_reached (x :: rest)
      exact ⟨0, by simp, m, hm, by simp only [List.drop_zero, best, e]; omega⟩
    · exact ⟨start + 1, by simpa using hs, n, by simp; omega, by simp only [List.drop_succ_cons, best, h]; omega⟩

example : best [2, -3, 4, -1, 2, -5] = 5 := by decide

end BestSegment
