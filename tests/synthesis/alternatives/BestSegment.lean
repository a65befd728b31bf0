/-! The largest sum of a segment (of neighbours) in a list; the empty segment counts. Another correct program (the program only: its proofs are open). -/

namespace BestSegment

/-- Kadane's loop: the best sum of a segment that ends here, and of any so far. -/
def loop (ending best : Int) : List Int → Int
  | [] => best
  | x :: rest => loop (max 0 (ending + x)) (max best (max 0 (ending + x))) rest

def best (xs : List Int) : Int := loop 0 0 xs

/-- No segment has a larger sum. -/
theorem segment_le_best (xs : List Int) (start n : Nat) : ((xs.drop start).take n).sum ≤ best xs := by
  sorry

/-- Some segment has this sum. -/
theorem best_reached (xs : List Int) :
    ∃ start, start ≤ xs.length ∧ ∃ n, n ≤ xs.length ∧ ((xs.drop start).take n).sum = best xs := by
  sorry

example : best [2, -3, 4, -1, 2, -5] = 5 := by sorry

end BestSegment
