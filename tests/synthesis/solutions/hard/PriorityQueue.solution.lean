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

/-- Put a key into a heap. The children change places, so that both grow in turn. -/
def add (x : Nat) : Heap → Heap
  | .empty => .node x .empty .empty
  | .node k l r => if x ≤ k then .node x (add k r) l else .node k (add x r) l

/-- All keys of a list, put in one by one. -/
def addAll (h : Heap) : List Nat → Heap
  | [] => h
  | x :: rest => addAll (add x h) rest

def push (x : Nat) (h : Heap) : Heap :=
  add x h

/-- The least key and the heap without it. -/
def popMin (h : Heap) : Option (Nat × Heap) :=
  match h with
  | .empty => none
  | .node k l r => some (k, addAll l r.toList)

theorem add_perm (x : Nat) (h : Heap) : (add x h).toList.Perm (x :: h.toList) := by
  induction h generalizing x with
  | empty => simp [add, Heap.toList]
  | node k l r _ ihr =>
    simp only [add]
    split
    · simp only [Heap.toList]
      refine List.Perm.cons x ?_
      exact ((ihr k).append_right _).trans (List.Perm.cons k List.perm_append_comm)
    · simp only [Heap.toList]
      refine (List.Perm.cons k ?_).trans (List.Perm.swap x k _)
      exact ((ihr x).append_right _).trans (List.Perm.cons x List.perm_append_comm)

theorem add_ordered (x : Nat) (h : Heap) (ho : h.Ordered = true) : (add x h).Ordered = true := by
  induction h generalizing x with
  | empty => simp [add, Heap.Ordered, Heap.toList]
  | node k l r _ ihr =>
    simp only [Heap.Ordered, Bool.and_eq_true, List.all_eq_true, decide_eq_true_eq, List.mem_append] at ho
    obtain ⟨⟨hk, hl⟩, hr⟩ := ho
    simp only [add]
    split
    · simp only [Heap.Ordered, Bool.and_eq_true, List.all_eq_true, decide_eq_true_eq, List.mem_append]
      refine ⟨⟨fun y hy => ?_, ihr k hr⟩, hl⟩
      rw [(add_perm k r).mem_iff, List.mem_cons] at hy
      grind
    · simp only [Heap.Ordered, Bool.and_eq_true, List.all_eq_true, decide_eq_true_eq, List.mem_append]
      refine ⟨⟨fun y hy => ?_, ihr x hr⟩, hl⟩
      rw [(add_perm x r).mem_iff, List.mem_cons] at hy
      grind

theorem addAll_perm (h : Heap) (xs : List Nat) : (addAll h xs).toList.Perm (h.toList ++ xs) := by
  induction xs generalizing h with
  | nil => simp [addAll]
  | cons x rest ih =>
    refine (ih _).trans (((add_perm x h).append_right rest).trans ?_)
    exact List.perm_middle.symm

theorem addAll_ordered (h : Heap) (xs : List Nat) (ho : h.Ordered = true) : (addAll h xs).Ordered = true := by
  induction xs generalizing h with
  | nil => exact ho
  | cons x rest ih => exact ih _ (add_ordered x h ho)

theorem push_perm (x : Nat) (h : Heap) : (push x h).toList.Perm (x :: h.toList) := by
  exact add_perm x h

theorem push_ordered (x : Nat) (h : Heap) (ho : h.Ordered = true) : (push x h).Ordered = true := by
  exact add_ordered x h ho

theorem popMin_empty : popMin .empty = none := by
  rfl

theorem popMin_some (h : Heap) (hne : h ≠ .empty) : (popMin h).isSome = true := by
  cases h <;> simp_all [popMin]

theorem popMin_perm (h rest : Heap) (x : Nat) (hp : popMin h = some (x, rest)) : (x :: rest.toList).Perm h.toList := by
  cases h with
  | empty => simp [popMin] at hp
  | node k l r =>
    simp [popMin] at hp
    rw [← hp.1, ← hp.2, Heap.toList]
    exact List.Perm.cons k (addAll_perm l r.toList)

theorem popMin_least (h rest : Heap) (x y : Nat) (ho : h.Ordered = true) (hp : popMin h = some (x, rest))
    (hy : y ∈ rest.toList) : x ≤ y := by
  cases h with
  | empty => simp [popMin] at hp
  | node k l r =>
    simp [popMin] at hp
    simp only [Heap.Ordered, Bool.and_eq_true, List.all_eq_true, decide_eq_true_eq] at ho
    rw [← hp.2, (addAll_perm l r.toList).mem_iff] at hy
    rw [← hp.1]
    exact ho.1.1 y hy

theorem popMin_ordered (h rest : Heap) (x : Nat) (ho : h.Ordered = true) (hp : popMin h = some (x, rest)) :
    rest.Ordered = true := by
  cases h with
  | empty => simp [popMin] at hp
  | node k l r =>
    simp [popMin] at hp
    simp only [Heap.Ordered, Bool.and_eq_true] at ho
    rw [← hp.2]
    exact addAll_ordered l r.toList ho.1.2

end PriorityQueue
