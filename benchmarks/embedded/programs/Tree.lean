/-! Binary trees with values in the nodes. -/

namespace Tree

inductive Tree (α : Type)
  | leaf
  | node (left : Tree α) (value : α) (right : Tree α)

def size : Tree α → Nat
  | .leaf => 0
  | .node l _ r => size l + size r + 1

def height : Tree α → Nat
  | .leaf => 0
  | .node l _ r => max (height l) (height r) + 1

def mirror : Tree α → Tree α
  | .leaf => .leaf
  | .node l v r => .node (mirror r) v (mirror l)

def toList : Tree α → List α
  | .leaf => []
  | .node l v r => toList l ++ v :: toList r

def mapTree (g : α → β) : Tree α → Tree β
  | .leaf => .leaf
  | .node l v r => .node (mapTree g l) (g v) (mapTree g r)

theorem mirror_mirror (t : Tree α) : mirror (mirror t) = t := by
  sorry

theorem size_mirror (t : Tree α) : size (mirror t) = size t := by
  sorry

theorem height_mirror (t : Tree α) : height (mirror t) = height t := by
  sorry

theorem length_toList (t : Tree α) : (toList t).length = size t := by
  sorry

theorem toList_mirror (t : Tree α) : toList (mirror t) = (toList t).reverse := by
  sorry

theorem toList_mapTree (g : α → β) (t : Tree α) : toList (mapTree g t) = (toList t).map g := by
  sorry

theorem height_le_size (t : Tree α) : height t ≤ size t := by
  sorry

theorem mapTree_id (t : Tree α) : mapTree (fun a => a) t = t := by
  sorry

theorem mapTree_mirror (g : α → β) (t : Tree α) : mapTree g (mirror t) = mirror (mapTree g t) := by
  sorry

end Tree
