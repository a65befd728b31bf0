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
  fun_induction deal xs <;> simp_all [first, second]

theorem merge_first_second (xs : List α) : merge (first xs) (second xs) = xs := by
  induction xs with
  | nil => simp [first, second, merge]
  | cons x xs ih => simp [first, second, merge, ih]

theorem length_first (xs : List α) : (first xs).length = (xs.length + 1) / 2 := by
  suffices h : (first xs).length = (xs.length + 1) / 2 ∧ (second xs).length = xs.length / 2 from h.1
  induction xs with
  | nil => simp [first, second]
  | cons x xs ih => simp only [first, second, List.length_cons]; omega

theorem getElem?_second (xs : List α) (i : Nat) : (second xs)[i]? = xs[2 * i + 1]? := by
  suffices h : ∀ i, (first xs)[i]? = xs[2 * i]? ∧ (second xs)[i]? = xs[2 * i + 1]? from (h i).2
  induction xs with
  | nil => simp [first, second]
  | cons x xs ih =>
    intro i
    refine ⟨?_, by simpa [second] using (ih i).1⟩
    cases i with
    | zero => simp [first]
    | succ i => simpa [first, Nat.mul_add] using (ih i).2

end Alternate
