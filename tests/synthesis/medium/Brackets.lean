/-! Whether brackets are balanced. -/

namespace Brackets

inductive Bracket where
  | opening
  | closing
  deriving DecidableEq

def balanced (s : List Bracket) : Bool := sorry

/-- As many are closed as are opened. -/
theorem count_of_balanced (s : List Bracket) (h : balanced s = true) : s.count .opening = s.count .closing := by
  sorry

/-- None is closed before it is opened. -/
theorem prefix_of_balanced (s : List Bracket) (k : Nat) (h : balanced s = true) :
    (s.take k).count .closing ≤ (s.take k).count .opening := by
  sorry

/-- That is all that it takes. -/
theorem balanced_of_counts (s : List Bracket) (h : s.count .opening = s.count .closing)
    (hk : ∀ k ∈ List.range (s.length + 1), (s.take k).count .closing ≤ (s.take k).count .opening) :
    balanced s = true := by
  sorry

example : balanced [.opening, .closing, .closing, .opening] = false := by sorry

end Brackets
