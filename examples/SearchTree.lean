/-!
# Binary search trees

`insert` keeps the search order, and `mem` on a tree in search order answers exactly for the keys that were inserted.
`delete` is not written yet; a missing program is not a missing proof, and nothing here depends on it.
-/

inductive Tree where
  | leaf
  | node (left : Tree) (key : Nat) (right : Tree)

namespace Tree

/-- Occurrence anywhere in the tree, without using the order. -/
def Mem (x : Nat) : Tree → Prop
  | leaf => False
  | node l k r => x = k ∨ Mem x l ∨ Mem x r

/-- Search order: left subtrees hold smaller keys, right subtrees larger ones. -/
def Ordered : Tree → Prop
  | leaf => True
  | node l k r => (∀ x, Mem x l → x < k) ∧ (∀ x, Mem x r → k < x) ∧ Ordered l ∧ Ordered r

def insert (x : Nat) : Tree → Tree
  | leaf => node leaf x leaf
  | node l k r =>
    if x < k then node (insert x l) k r
    else if k < x then node l k (insert x r)
    else node l k r

def mem (x : Nat) : Tree → Bool
  | leaf => false
  | node l k r => if x < k then mem x l else if k < x then mem x r else true

def toList : Tree → List Nat
  | leaf => []
  | node l k r => toList l ++ k :: toList r

def size : Tree → Nat
  | leaf => 0
  | node l _ r => size l + 1 + size r

def mirror : Tree → Tree
  | leaf => leaf
  | node l k r => node (mirror r) k (mirror l)

def min? : Tree → Option Nat
  | leaf => none
  | node leaf k _ => some k
  | node l _ _ => min? l

def ofList (xs : List Nat) : Tree := xs.foldl (fun t x => insert x t) leaf

def delete (x : Nat) (t : Tree) : Tree := sorry

theorem mem_insert_iff (x y : Nat) (t : Tree) : Mem x (insert y t) ↔ x = y ∨ Mem x t := by
  sorry

theorem ordered_insert (x : Nat) (t : Tree) (h : Ordered t) : Ordered (insert x t) := by
  sorry

theorem mem_eq_true_iff (x : Nat) (t : Tree) (h : Ordered t) : mem x t = true ↔ Mem x t := by
  sorry

theorem mem_insert_self (x : Nat) (t : Tree) : mem x (insert x t) = true := by
  sorry

theorem mem_insert_of_ne {x y : Nat} (t : Tree) (h : x ≠ y) : mem x (insert y t) = mem x t := by
  sorry

theorem insert_insert (x : Nat) (t : Tree) : insert x (insert x t) = insert x t := by
  sorry

theorem mem_toList_iff (x : Nat) (t : Tree) : x ∈ t.toList ↔ Mem x t := by
  sorry

theorem length_toList (t : Tree) : t.toList.length = t.size := by
  sorry

theorem mirror_mirror (t : Tree) : t.mirror.mirror = t := by
  sorry

theorem toList_mirror (t : Tree) : t.mirror.toList = t.toList.reverse := by
  sorry

theorem size_insert_le (x : Nat) (t : Tree) : (insert x t).size ≤ t.size + 1 := by
  sorry

theorem min?_le {m x : Nat} {t : Tree} (ho : Ordered t) (hm : t.min? = some m) (hx : Mem x t) : m ≤ x := by
  sorry

/-- The keys in order: what makes a search tree a sorting device. -/
theorem pairwise_toList {t : Tree} (h : Ordered t) : t.toList.Pairwise (· < ·) := by
  sorry

theorem mem_ofList_iff (x : Nat) (xs : List Nat) : Mem x (ofList xs) ↔ x ∈ xs := by
  sorry

theorem ordered_ofList (xs : List Nat) : Ordered (ofList xs) := by
  sorry

end Tree
