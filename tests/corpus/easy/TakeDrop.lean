/-! A prefix and the rest make the list. -/

def prefixOf {α : Type} : Nat → List α → List α
  | n + 1, x :: xs => x :: prefixOf n xs
  | _, _ => []

def rest {α : Type} : Nat → List α → List α
  | n + 1, _ :: xs => rest n xs
  | _, xs => xs

theorem prefixOf_append_rest {α : Type} (n : Nat) (xs : List α) : prefixOf n xs ++ rest n xs = xs := by
  sorry

theorem length_prefixOf {α : Type} (n : Nat) (xs : List α) : (prefixOf n xs).length = min n xs.length := by
  sorry

theorem rest_rest {α : Type} (m n : Nat) (xs : List α) : rest m (rest n xs) = rest (m + n) xs := by
  sorry
