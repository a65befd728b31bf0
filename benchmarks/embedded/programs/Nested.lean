/-! Lists of lists. -/

namespace Nested

def concatAll : List (List α) → List α
  | [] => []
  | xs :: xss => xs ++ concatAll xss

def lengths : List (List α) → List Nat
  | [] => []
  | xs :: xss => xs.length :: lengths xss

def singletons : List α → List (List α)
  | [] => []
  | x :: xs => [x] :: singletons xs

def reverseAll : List (List α) → List (List α)
  | [] => []
  | xs :: xss => xs.reverse :: reverseAll xss

def inits : List α → List (List α)
  | [] => [[]]
  | x :: xs => [] :: (inits xs).map (x :: ·)

theorem concatAll_append (xss yss : List (List α)) : concatAll (xss ++ yss) = concatAll xss ++ concatAll yss := by
  sorry

theorem length_concatAll (xss : List (List α)) : (concatAll xss).length = (lengths xss).sum := by
  sorry

theorem concatAll_singletons (xs : List α) : concatAll (singletons xs) = xs := by
  sorry

theorem lengths_reverseAll (xss : List (List α)) : lengths (reverseAll xss) = lengths xss := by
  sorry

theorem reverseAll_reverseAll (xss : List (List α)) : reverseAll (reverseAll xss) = xss := by
  sorry

theorem length_inits (xs : List α) : (inits xs).length = xs.length + 1 := by
  sorry

theorem concatAll_eq (xss : List (List α)) : concatAll xss = xss.flatten := by
  sorry

theorem mem_concatAll (a : α) (xss : List (List α)) : a ∈ concatAll xss ↔ ∃ xs ∈ xss, a ∈ xs := by
  sorry

theorem lengths_append (xss yss : List (List α)) : lengths (xss ++ yss) = lengths xss ++ lengths yss := by
  sorry

theorem reverse_concatAll (xss : List (List α)) : (concatAll xss).reverse = concatAll (reverseAll xss).reverse := by
  sorry

end Nested
