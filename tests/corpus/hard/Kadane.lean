/-! The largest sum of a contiguous segment, in one pass. -/

namespace Kadane

/-- Best sum of a segment so far, and best sum of a segment that ends here. -/
def loop (best here : Int) : List Int → Int
  | [] => best
  | x :: xs => loop (max best (max 0 (here + x))) (max 0 (here + x)) xs

def maxSum (xs : List Int) : Int := loop 0 0 xs

def sum : List Int → Int
  | [] => 0
  | x :: xs => x + sum xs

def IsSegment (ys xs : List Int) : Prop := ∃ before after, xs = before ++ ys ++ after

/-- No segment has a larger sum. -/
theorem sum_le_maxSum (xs ys : List Int) (h : IsSegment ys xs) : sum ys ≤ maxSum xs := by
  sorry

/-- Some segment has it. -/
theorem maxSum_attained (xs : List Int) : ∃ ys, IsSegment ys xs ∧ sum ys = maxSum xs := by
  sorry

end Kadane
