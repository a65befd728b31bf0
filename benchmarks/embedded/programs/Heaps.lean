/-! Leftist heaps without the rank test. -/

namespace Heaps

inductive Heap
  | empty
  | node (x : Nat) (l r : Heap)

def size : Heap → Nat
  | .empty => 0
  | .node _ l r => size l + size r + 1

def top : Heap → Option Nat
  | .empty => none
  | .node x _ _ => some x

def allGe (a : Nat) : Heap → Prop
  | .empty => True
  | .node x l r => a ≤ x ∧ allGe a l ∧ allGe a r

def flipHeap : Heap → Heap
  | .empty => .empty
  | .node x l r => .node x (flipHeap r) (flipHeap l)

def elems : Heap → List Nat
  | .empty => []
  | .node x l r => x :: (elems l ++ elems r)

theorem size_flip (h : Heap) : size (flipHeap h) = size h := by
  sorry

theorem top_flip (h : Heap) : top (flipHeap h) = top h := by
  sorry

theorem allGe_flip (a : Nat) (h : Heap) : allGe a (flipHeap h) ↔ allGe a h := by
  sorry

theorem allGe_mono (a b : Nat) (h : Heap) (hab : a ≤ b) (hb : allGe b h) : allGe a h := by
  sorry

theorem length_elems (h : Heap) : (elems h).length = size h := by
  sorry

theorem allGe_elems (a : Nat) (h : Heap) : allGe a h ↔ ∀ x ∈ elems h, a ≤ x := by
  sorry

theorem flip_flip (h : Heap) : flipHeap (flipHeap h) = h := by
  sorry

theorem top_none (h : Heap) : top h = none ↔ h = .empty := by
  sorry

theorem allGe_zero (h : Heap) : allGe 0 h := by
  sorry

end Heaps
