/-! Dealing cards to two players by two functions that call each other, and merging the hands again. -/

namespace Alternate

variable {α : Type}

mutual
  /-- The first, third, fifth, … element. -/
  def first : List α → List α
    | [] => []
    | x :: xs => x :: second xs

  /-- The second, fourth, sixth, … element. -/
  def second : List α → List α
    | [] => []
    | _ :: xs => first xs
end

def merge : List α → List α → List α
  | [], ys => ys
  | x :: xs, ys => x :: merge ys xs
termination_by xs ys => xs.length + ys.length
decreasing_by simp; omega

/-- Deal in one pass. -/
def deal : List α → List α × List α
  | [] => ([], [])
  | [x] => ([x], [])
  | x :: y :: xs => (x :: (deal xs).1, y :: (deal xs).2)

theorem deal_eq (xs : List α) : deal xs = (first xs, second xs) := by
  sorry

theorem merge_first_second (xs : List α) : merge (first xs) (second xs) = xs := by
  sorry

theorem length_first (xs : List α) : (first xs).length = (xs.length + 1) / 2 := by
  sorry

theorem getElem?_second (xs : List α) (i : Nat) : (second xs)[i]? = xs[2 * i + 1]? := by
  sorry

end Alternate
