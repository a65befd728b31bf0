/-! Skew heaps: priority queues whose only operation is a merge that swaps subtrees as it goes. -/

namespace SkewHeap

inductive Heap where
  | empty
  | node (left : Heap) (key : Nat) (right : Heap)

def size : Heap → Nat
  | .empty => 0
  | .node l _ r => size l + 1 + size r

def merge : Heap → Heap → Heap
  | .empty, h => h
  | h, .empty => h
  | .node l₁ k₁ r₁, .node l₂ k₂ r₂ =>
    if k₁ ≤ k₂ then .node (merge (.node l₂ k₂ r₂) r₁) k₁ l₁
    else .node (merge (.node l₁ k₁ r₁) r₂) k₂ l₂
termination_by a b => size a + size b
decreasing_by all_goals simp only [size]; omega

def insert (k : Nat) (h : Heap) : Heap := merge (.node .empty k .empty) h

def build : List Nat → Heap
  | [] => .empty
  | k :: ks => insert k (build ks)

/-- Take out the smallest, `n` times or until nothing is left. -/
def drain : Nat → Heap → List Nat
  | 0, _ => []
  | _ + 1, .empty => []
  | n + 1, .node l k r => k :: drain n (merge l r)

def sort (xs : List Nat) : List Nat := drain xs.length (build xs)

theorem sorted_sort (xs : List Nat) : (sort xs).Pairwise (· ≤ ·) := by
  sorry

theorem count_sort (x : Nat) (xs : List Nat) : (sort xs).count x = xs.count x := by
  sorry

end SkewHeap
