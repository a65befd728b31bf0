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

def insert (x : Nat) (t : Tree) : Tree :=
  match t with
  | .leaf => .node .leaf x .leaf
  | .node l k r =>
    if x < k then .node (insert x l) k r else if k < x then .node l k (insert x r) else .node l k r

theorem mem_insert (x y : Nat) (t : Tree) (h : t.Ordered) : y ∈ (insert x t).toList ↔ y = x ∨ y ∈ t.toList := by
  induction t with
  | leaf => simp [insert, Tree.toList]
  | node l k r ihl ihr =>
    simp only [Tree.Ordered, Tree.toList, List.pairwise_append, List.pairwise_cons] at h
    have ihl := ihl h.1
    have ihr := ihr h.2.1.2
    simp only [insert]
    split
    · simp [Tree.toList, ihl]; grind
    · split
      · simp [Tree.toList, ihr]; grind
      · have : x = k := by omega
        simp [Tree.toList, this]; grind

theorem insert_ordered (x : Nat) (t : Tree) (h : t.Ordered) : (insert x t).Ordered := by
  induction t with
  | leaf => simp [insert, Tree.Ordered, Tree.toList]
  | node l k r ihl ihr =>
    have h' := h
    simp only [Tree.Ordered, Tree.toList, List.pairwise_append, List.pairwise_cons] at h
    have hl : l.Ordered := h.1
    have hr : r.Ordered := h.2.1.2
    simp only [insert]
    split
    · simp only [Tree.Ordered, Tree.toList, List.pairwise_append, List.pairwise_cons]
      refine ⟨ihl hl, h.2.1, fun a ha b hb => ?_⟩
      rcases (mem_insert x a l hl).mp ha with rfl | ha
      · rcases List.mem_cons.mp hb with rfl | hb
        · assumption
        · have := h.2.1.1 b hb; omega
      · exact h.2.2 a ha b hb
    · split
      · simp only [Tree.Ordered, Tree.toList, List.pairwise_append, List.pairwise_cons]
        refine ⟨hl, ⟨fun a ha => ?_, ihr hr⟩, fun a ha b hb => ?_⟩
        · rcases (mem_insert x a r hr).mp ha with rfl | ha
          · assumption
          · exact h.2.1.1 a ha
        · rcases List.mem_cons.mp hb with rfl | hb
          · exact h.2.2 a ha b (by simp)
          · rcases (mem_insert x b r hr).mp hb with rfl | hb
            · have := h.2.2 a ha k (by simp); omega
            · exact h.2.2 a ha b (by simp [hb])
      · exact h'

end TreeInsert
