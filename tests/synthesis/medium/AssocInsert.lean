/-! Setting a key in an association list. -/

namespace AssocInsert

def lookup (k : Nat) : List (Nat × Nat) → Option Nat
  | [] => none
  | (j, v) :: rest => if j = k then some v else lookup k rest

def set (k v : Nat) (m : List (Nat × Nat)) : List (Nat × Nat) := sorry

theorem lookup_set (k v : Nat) (m : List (Nat × Nat)) : lookup k (set k v m) = some v := by
  sorry

theorem lookup_set_other (j k v : Nat) (m : List (Nat × Nat)) (h : j ≠ k) :
    lookup j (set k v m) = lookup j m := by
  sorry

/-- A key that is there already keeps its place, a new one goes to the end. -/
theorem keys_set (k v : Nat) (m : List (Nat × Nat)) :
    (set k v m).map Prod.fst = if k ∈ m.map Prod.fst then m.map Prod.fst else m.map Prod.fst ++ [k] := by
  sorry

end AssocInsert
