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

/-- Auxiliary -/
def keys : Heap → List Nat
  | .empty => []
  | .node l k r => k :: (keys l ++ keys r)

/-- Auxiliary -/
def Ordered : Heap → Prop
  | .empty => True
  | .node l k r => (∀ x ∈ keys l, k ≤ x) ∧ (∀ x ∈ keys r, k ≤ x) ∧ Ordered l ∧ Ordered r

/-- Auxiliary -/
theorem count_keys_merge (x : Nat) (a b : Heap) : (keys (merge a b)).count x = (keys a).count x + (keys b).count x := by
  fun_induction merge a b <;> grind [keys]

/-- Auxiliary -/
theorem mem_keys_merge (x : Nat) (a b : Heap) : x ∈ keys (merge a b) ↔ x ∈ keys a ∨ x ∈ keys b := by
  simp only [← List.count_pos_iff, count_keys_merge]
  omega

/-- Auxiliary -/
theorem size_merge (a b : Heap) : size (merge a b) = size a + size b := by
  fun_induction merge a b <;> grind [size]

/-- Auxiliary -/
theorem ordered_merge (a b : Heap) (ha : Ordered a) (hb : Ordered b) : Ordered (merge a b) := by
  fun_induction merge a b <;> grind [Ordered, mem_keys_merge, keys]

/-- Auxiliary -/
theorem size_build (xs : List Nat) : size (build xs) = xs.length := by
  induction xs with
  | nil => rfl
  | cons x xs ih => simp [build, insert, size_merge, size, ih]; omega

/-- Auxiliary -/
theorem ordered_build (xs : List Nat) : Ordered (build xs) := by
  induction xs with
  | nil => trivial
  | cons x xs ih => exact ordered_merge _ _ (by simp [Ordered, keys]) ih

/-- Auxiliary -/
theorem count_build (x : Nat) (xs : List Nat) : (keys (build xs)).count x = xs.count x := by
  induction xs with
  | nil => rfl
  | cons y ys ih => simp only [build, insert, count_keys_merge, ih, keys]; grind

/-- Auxiliary -/
theorem count_drain (x n : Nat) (h : Heap) (hn : size h ≤ n) : (drain n h).count x = (keys h).count x := by
  fun_induction drain n h with
  | case1 h => cases h <;> grind [size, keys]
  | case2 => rfl
  | case3 n l k r ih =>
    have := ih (by simp [size] at hn; rw [size_merge]; omega)
    grind [keys, count_keys_merge]

/-- Auxiliary -/
theorem mem_of_mem_drain (x n : Nat) (h : Heap) (hx : x ∈ drain n h) : x ∈ keys h := by
  fun_induction drain n h <;> grind [keys, mem_keys_merge]

/-- Auxiliary -/
theorem sorted_drain (n : Nat) (h : Heap) (ho : Ordered h) : (drain n h).Pairwise (· ≤ ·) := by
  fun_induction drain n h with
  | case3 n l k r ih =>
    have := ih (ordered_merge _ _ ho.2.2.1 ho.2.2.2)
    rw [List.pairwise_cons]
    refine ⟨fun x hx => ?_, this⟩
    have := mem_of_mem_drain _ _ _ hx
    grind [Ordered, mem_keys_merge]
  | _ => simp

theorem sorted_sort (xs : List Nat) : (sort xs).Pairwise (· ≤ ·) := by
  exact sorted_drain _ _ (ordered_build xs)

theorem count_sort (x : Nat) (xs : List Nat) : (sort xs).count x = xs.count x := by
  rw [sort, count_drain _ _ _ (by rw [size_build]; omega), count_build]

end SkewHeap
