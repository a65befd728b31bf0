/-! The largest sum of a segment (of neighbours) in a list; the empty segment counts. -/

namespace BestSegment

def best (xs : List Int) : Int := sorry

/-- No segment has a larger sum. -/
theorem segment_le_best (xs : List Int) (start n : Nat) : ((xs.drop start).take n).sum ≤ best xs := by
  sorry

/-- Some segment has this sum. -/
theorem best_reached (xs : List Int) :
    ∃ start, start ≤ xs.length ∧ ∃ n, n ≤ xs.length ∧ ((xs.drop start).take n).sum = best xs := by
  sorry

example : best [2, -3, 4, -1, 2, -5] = 5 := by sorry

end BestSegment
