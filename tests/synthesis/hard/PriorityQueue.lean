/-! A priority queue as a heap-ordered tree: no key is above a smaller one. -/

namespace PriorityQueue

inductive Heap where
  | empty
  | node (key : Nat) (left right : Heap)
  deriving DecidableEq

def Heap.toList : Heap → List Nat
  | empty => []
  | node k l r => k :: (l.toList ++ r.toList)

/-- Every key is at most those below it. -/
def Heap.Ordered : Heap → Bool
  | empty => true
  | node k l r => (l.toList ++ r.toList).all (k ≤ ·) && l.Ordered && r.Ordered

-- gentzen: allow PriorityQueue.Heap.toList
def push (x : Nat) (h : Heap) : Heap := sorry

/-- The least key and the heap without it. -/
def popMin (h : Heap) : Option (Nat × Heap) := sorry

theorem push_perm (x : Nat) (h : Heap) : (push x h).toList.Perm (x :: h.toList) := by
  sorry

theorem push_ordered (x : Nat) (h : Heap) (ho : h.Ordered = true) : (push x h).Ordered = true := by
  sorry

theorem popMin_empty : popMin .empty = none := by
  sorry

theorem popMin_some (h : Heap) (hne : h ≠ .empty) : (popMin h).isSome = true := by
  sorry

theorem popMin_perm (h rest : Heap) (x : Nat) (hp : popMin h = some (x, rest)) : (x :: rest.toList).Perm h.toList := by
  sorry

theorem popMin_least (h rest : Heap) (x y : Nat) (ho : h.Ordered = true) (hp : popMin h = some (x, rest))
    (hy : y ∈ rest.toList) : x ≤ y := by
  sorry

theorem popMin_ordered (h rest : Heap) (x : Nat) (ho : h.Ordered = true) (hp : popMin h = some (x, rest)) :
    rest.Ordered = true := by
  sorry

end PriorityQueue
