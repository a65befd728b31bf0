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
  induction t <;> grind [insert, Mem]

theorem ordered_insert (x : Nat) (t : Tree) (h : Ordered t) : Ordered (insert x t) := by
  induction t <;> grind [insert, Ordered, Mem, mem_insert_iff]

theorem mem_eq_true_iff (x : Nat) (t : Tree) (h : Ordered t) : mem x t = true ↔ Mem x t := by
  induction t with
  | leaf => simp [mem, Mem]
  | node l k r ihl ihr =>
    obtain ⟨hl, hr, hol, hor⟩ := h
    have := ihl hol
    have := ihr hor
    grind [mem, Mem]

theorem mem_insert_self (x : Nat) (t : Tree) : mem x (insert x t) = true := by
  induction t <;> grind [insert, mem]

theorem mem_insert_of_ne {x y : Nat} (t : Tree) (h : x ≠ y) : mem x (insert y t) = mem x t := by
  induction t <;> grind [insert, mem]

theorem insert_insert (x : Nat) (t : Tree) : insert x (insert x t) = insert x t := by
  induction t <;> grind [insert]

theorem mem_toList_iff (x : Nat) (t : Tree) : x ∈ t.toList ↔ Mem x t := by
  induction t <;> grind [toList, Mem]

theorem length_toList (t : Tree) : t.toList.length = t.size := by
  induction t <;> grind [toList, size]

theorem mirror_mirror (t : Tree) : t.mirror.mirror = t := by
  induction t <;> simp_all [mirror]

theorem toList_mirror (t : Tree) : t.mirror.toList = t.toList.reverse := by
  induction t <;> simp_all [mirror, toList]

theorem size_insert_le (x : Nat) (t : Tree) : (insert x t).size ≤ t.size + 1 := by
  induction t <;> grind [insert, size]

/-- Auxiliary: the minimum is in the tree. -/
theorem mem_of_min? {m : Nat} {t : Tree} (hm : t.min? = some m) : Mem m t := by
  fun_induction min? t <;> grind [Mem]

theorem min?_le {m x : Nat} {t : Tree} (ho : Ordered t) (hm : t.min? = some m) (hx : Mem x t) : m ≤ x := by
  fun_induction min? t with
  | case1 => simp at hm
  | case2 k r => grind [Ordered, Mem]
  | case3 l k r hl ih =>
    obtain ⟨h₁, h₂, h₃, h₄⟩ := ho
    have hmem := mem_of_min? hm
    have := h₁ m hmem
    have := ih h₃ hm
    grind [Mem]

/-- The keys in order: what makes a search tree a sorting device. -/
theorem pairwise_toList {t : Tree} (h : Ordered t) : t.toList.Pairwise (· < ·) := by
  induction t with
  | leaf => simp [toList]
  | node l k r ihl ihr =>
    obtain ⟨h₁, h₂, h₃, h₄⟩ := h
    simp only [toList, List.pairwise_append, List.pairwise_cons]
    refine ⟨ihl h₃, ⟨fun x hx => h₂ x ((mem_toList_iff x r).mp hx), ihr h₄⟩, fun x hx y hy => ?_⟩
    have := h₁ x ((mem_toList_iff x l).mp hx)
    rcases List.mem_cons.mp hy with rfl | hy
    · exact this
    · exact Nat.lt_trans this (h₂ y ((mem_toList_iff y r).mp hy))

/-- Auxiliary: a fold of insertions, from any tree. -/
theorem mem_foldl_iff (x : Nat) (xs : List Nat) (t : Tree) :
    Mem x (xs.foldl (fun t x => insert x t) t) ↔ x ∈ xs ∨ Mem x t := by
  induction xs generalizing t with
  | nil => simp
  | cons y ys ih => simp [ih, mem_insert_iff]; grind

/-- Auxiliary: a fold of insertions keeps the order. -/
theorem ordered_foldl (xs : List Nat) (t : Tree) (h : Ordered t) : Ordered (xs.foldl (fun t x => insert x t) t) := by
  induction xs generalizing t with
  | nil => exact h
  | cons y ys ih => exact ih _ (ordered_insert y t h)

theorem mem_ofList_iff (x : Nat) (xs : List Nat) : Mem x (ofList xs) ↔ x ∈ xs := by
  simp [ofList, mem_foldl_iff, Mem]

theorem ordered_ofList (xs : List Nat) : Ordered (ofList xs) := by
  exact ordered_foldl xs leaf trivial

end Tree
