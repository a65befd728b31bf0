/-! Inserting into a binary search tree. -/

namespace TreeInsert

inductive Tree where
  | leaf
  | node (left : Tree) (key : Nat) (right : Tree)
  deriving DecidableEq

/-- The keys from left to right. -/
def Tree.toList : Tree → List Nat
  | leaf => []
  | node l k r => l.toList ++ k :: r.toList

/-- In order, every key once. -/
def Tree.Ordered (t : Tree) : Prop := t.toList.Pairwise (· < ·)

def insert (x : Nat) (t : Tree) : Tree := sorry

theorem mem_insert (x y : Nat) (t : Tree) (h : t.Ordered) : y ∈ (insert x t).toList ↔ y = x ∨ y ∈ t.toList := by
  sorry

theorem insert_ordered (x : Nat) (t : Tree) (h : t.Ordered) : (insert x t).Ordered := by
  sorry

end TreeInsert
