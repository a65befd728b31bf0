/-! Binary trees: reading the labels out in order, slowly and fast, and the view in the mirror. -/

inductive Tree (α : Type) where
  | leaf
  | node (left : Tree α) (label : α) (right : Tree α)

namespace Tree

variable {α : Type}

def mirror : Tree α → Tree α
  | leaf => leaf
  | node l x r => node (mirror r) x (mirror l)

def toList : Tree α → List α
  | leaf => []
  | node l x r => toList l ++ x :: toList r

/-- The labels in front of `acc`, without appending. -/
def push : Tree α → List α → List α
  | leaf, acc => acc
  | node l x r, acc => push l (x :: push r acc)

def flatten (t : Tree α) : List α := push t []

/-- The tree that leans to the right, with the labels of a list. -/
def spine : List α → Tree α
  | [] => leaf
  | x :: xs => node leaf x (spine xs)

theorem flatten_eq (t : Tree α) : flatten t = toList t := by
  sorry

theorem flatten_mirror (t : Tree α) : flatten (mirror t) = (flatten t).reverse := by
  sorry

theorem flatten_spine_flatten (t : Tree α) : flatten (spine (flatten t)) = flatten t := by
  sorry

end Tree
