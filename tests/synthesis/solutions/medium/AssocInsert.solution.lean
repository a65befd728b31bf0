/-! Setting a key in an association list. -/

namespace AssocInsert

def lookup (k : Nat) : List (Nat × Nat) → Option Nat
  | [] => none
  | (j, v) :: rest => if j = k then some v else lookup k rest

def set (k v : Nat) (m : List (Nat × Nat)) : List (Nat × Nat) :=
  match m with
  | [] => [(k, v)]
  | (j, w) :: rest => if j = k then (k, v) :: rest else (j, w) :: set k v rest

theorem lookup_set (k v : Nat) (m : List (Nat × Nat)) : lookup k (set k v m) = some v := by
  induction m with
  | nil => simp [set, lookup]
  | cons p rest ih => simp only [set]; split <;> simp_all [lookup]

theorem lookup_set_other (j k v : Nat) (m : List (Nat × Nat)) (h : j ≠ k) :
    lookup j (set k v m) = lookup j m := by
  induction m with
  | nil => simp [set, lookup, h.symm]
  | cons p rest ih => simp only [set]; grind [lookup]

/-- A key that is there already keeps its place, a new one goes to the end. -/
theorem keys_set (k v : Nat) (m : List (Nat × Nat)) :
    (set k v m).map Prod.fst = if k ∈ m.map Prod.fst then m.map Prod.fst else m.map Prod.fst ++ [k] := by
  induction m with
  | nil => simp [set]
  | cons p rest ih => simp only [set]; grind

end AssocInsert
