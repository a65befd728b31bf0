/-! The sums of all prefixes of a list, the empty one left out. -/

namespace PrefixSums

def go (before : Int) : List Int → List Int
  | [] => []
  | x :: rest => (before + x) :: go (before + x) rest

def prefixSums (xs : List Int) : List Int :=
  go 0 xs

theorem go_length (before : Int) (xs : List Int) : (go before xs).length = xs.length := by
  induction xs generalizing before with
  | nil => rfl
  | cons x rest ih => simp [go, ih]

theorem length_prefixSums (xs : List Int) : (prefixSums xs).length = xs.length := by
  exact go_length 0 xs

theorem go_getElem? (before : Int) (xs : List Int) (i : Nat) (h : i < xs.length) :
    (go before xs)[i]? = some (before + (xs.take (i + 1)).sum) := by
  induction xs generalizing before i with
  | nil => simp at h
  | cons x rest ih =>
    cases i with
    | zero => simp [go]
    | succ i =>
      rw [go, List.getElem?_cons_succ, ih _ i (by simpa using h)]
      simp; omega

theorem getElem_prefixSums (xs : List Int) (i : Nat) (h : i < xs.length) :
    (prefixSums xs)[i]? = some (xs.take (i + 1)).sum := by
  simpa using go_getElem? 0 xs i h

end PrefixSums
