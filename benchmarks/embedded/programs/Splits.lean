/-! Splitting and interleaving. -/

namespace Splits

def evens : List α → List α
  | [] => []
  | [x] => [x]
  | x :: _ :: xs => x :: evens xs

def odds : List α → List α
  | [] => []
  | [_] => []
  | _ :: y :: xs => y :: odds xs

def weave : List α → List α → List α
  | [], ys => ys
  | x :: xs, ys => x :: match ys with
    | [] => xs
    | y :: ys => y :: weave xs ys

def chunk2 : List α → List (List α)
  | [] => []
  | [x] => [[x]]
  | x :: y :: rest => [x, y] :: chunk2 rest

theorem length_evens_odds (xs : List α) : (evens xs).length + (odds xs).length = xs.length := by
  sorry

theorem weave_evens_odds (xs : List α) : weave (evens xs) (odds xs) = xs := by
  sorry

theorem length_weave (xs ys : List α) : (weave xs ys).length = xs.length + ys.length := by
  sorry

theorem flatten_chunk2 (xs : List α) : (chunk2 xs).flatten = xs := by
  sorry

theorem odds_cons (x : α) (xs : List α) : odds (x :: xs) = evens xs := by
  sorry

theorem evens_map (g : α → β) (xs : List α) : evens (xs.map g) = (evens xs).map g := by
  sorry

theorem length_evens_ge (xs : List α) : (odds xs).length ≤ (evens xs).length := by
  sorry

theorem weave_nil (xs : List α) : weave xs [] = xs := by
  sorry

end Splits
