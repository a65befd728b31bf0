/-! Filtering, partition and rejection by hand. -/

namespace Filters

def keep (p : α → Bool) : List α → List α
  | [] => []
  | x :: xs => if p x then x :: keep p xs else keep p xs

def reject (p : α → Bool) : List α → List α
  | [] => []
  | x :: xs => if p x then reject p xs else x :: reject p xs

def countIf (p : α → Bool) : List α → Nat
  | [] => 0
  | x :: xs => (if p x then 1 else 0) + countIf p xs

def takeWhile' (p : α → Bool) : List α → List α
  | [] => []
  | x :: xs => if p x then x :: takeWhile' p xs else []

def dropWhile' (p : α → Bool) : List α → List α
  | [] => []
  | x :: xs => if p x then dropWhile' p xs else x :: xs

theorem keep_append (p : α → Bool) (xs ys : List α) : keep p (xs ++ ys) = keep p xs ++ keep p ys := by
  sorry

theorem length_keep_reject (p : α → Bool) (xs : List α) : (keep p xs).length + (reject p xs).length = xs.length := by
  sorry

theorem keep_keep (p q : α → Bool) (xs : List α) : keep p (keep q xs) = keep q (keep p xs) := by
  sorry

theorem length_keep (p : α → Bool) (xs : List α) : (keep p xs).length = countIf p xs := by
  sorry

theorem take_drop (p : α → Bool) (xs : List α) : takeWhile' p xs ++ dropWhile' p xs = xs := by
  sorry

theorem mem_keep (p : α → Bool) (a : α) (xs : List α) : a ∈ keep p xs ↔ a ∈ xs ∧ p a = true := by
  sorry

theorem reject_eq (p : α → Bool) (xs : List α) : reject p xs = keep (fun x => !p x) xs := by
  sorry

theorem keep_map (g : α → α) (p : α → Bool) (xs : List α) : keep p (xs.map g) = (keep (fun x => p (g x)) xs).map g := by
  sorry

theorem keep_eq_filter (p : α → Bool) (xs : List α) : keep p xs = xs.filter p := by
  sorry

end Filters
