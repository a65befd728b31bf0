/-! Inserting before, after, and at a position. -/

namespace Insert

def insertAt (a : α) : Nat → List α → List α
  | 0, xs => a :: xs
  | _ + 1, [] => [a]
  | n + 1, x :: xs => x :: insertAt a n xs

def snoc (a : α) : List α → List α
  | [] => [a]
  | x :: xs => x :: snoc a xs

def removeAt : Nat → List α → List α
  | _, [] => []
  | 0, _ :: xs => xs
  | n + 1, x :: xs => x :: removeAt n xs

theorem length_insertAt (a : α) (n : Nat) (xs : List α) : (insertAt a n xs).length = xs.length + 1 := by
  sorry

theorem snoc_eq (a : α) (xs : List α) : snoc a xs = xs ++ [a] := by
  sorry

theorem mem_insertAt (a b : α) (n : Nat) (xs : List α) : b ∈ insertAt a n xs ↔ b = a ∨ b ∈ xs := by
  sorry

theorem remove_insert (a : α) (n : Nat) (xs : List α) (h : n ≤ xs.length) : removeAt n (insertAt a n xs) = xs := by
  sorry

theorem snoc_snoc_reverse (a b : α) (xs : List α) : (snoc a (snoc b xs)).reverse = a :: b :: xs.reverse := by
  sorry

theorem length_removeAt (n : Nat) (xs : List α) (h : n < xs.length) : (removeAt n xs).length = xs.length - 1 := by
  sorry

end Insert
