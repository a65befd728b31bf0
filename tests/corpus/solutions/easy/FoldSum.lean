/-! The same sum by recursion and by an accumulator. -/

namespace FoldSum

def sum : List Int → Int
  | [] => 0
  | x :: xs => x + sum xs

def sumLoop (acc : Int) : List Int → Int
  | [] => acc
  | x :: xs => sumLoop (acc + x) xs

theorem sumLoop_eq (xs : List Int) : sumLoop 0 xs = sum xs := by
  have h : ∀ acc, sumLoop acc xs = acc + sum xs := by
    induction xs <;> grind [sum, sumLoop]
  simpa using h 0

theorem sum_append (xs ys : List Int) : sum (xs ++ ys) = sum xs + sum ys := by
  induction xs <;> grind [sum]

end FoldSum
