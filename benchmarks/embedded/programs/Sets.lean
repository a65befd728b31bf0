/-! Finite sets as lists without order. -/

namespace Sets

def union (xs ys : List Nat) : List Nat := xs ++ ys

def inter (xs ys : List Nat) : List Nat := xs.filter (fun x => ys.contains x)

def diff (xs ys : List Nat) : List Nat := xs.filter (fun x => !ys.contains x)

def subset (xs ys : List Nat) : Bool := xs.all (fun x => ys.contains x)

def add (a : Nat) (xs : List Nat) : List Nat := if xs.contains a then xs else a :: xs

theorem mem_union (a : Nat) (xs ys : List Nat) : a ∈ union xs ys ↔ a ∈ xs ∨ a ∈ ys := by
  sorry

theorem mem_inter (a : Nat) (xs ys : List Nat) : a ∈ inter xs ys ↔ a ∈ xs ∧ a ∈ ys := by
  sorry

theorem mem_diff (a : Nat) (xs ys : List Nat) : a ∈ diff xs ys ↔ a ∈ xs ∧ a ∉ ys := by
  sorry

theorem subset_refl (xs : List Nat) : subset xs xs = true := by
  sorry

theorem subset_iff (xs ys : List Nat) : subset xs ys = true ↔ ∀ a, a ∈ xs → a ∈ ys := by
  sorry

theorem mem_add (a b : Nat) (xs : List Nat) : b ∈ add a xs ↔ b = a ∨ b ∈ xs := by
  sorry

theorem nodup_add (a : Nat) (xs : List Nat) (h : xs.Nodup) : (add a xs).Nodup := by
  sorry

theorem inter_self (xs : List Nat) : inter xs xs = xs := by
  sorry

theorem diff_nil (xs : List Nat) : diff xs [] = xs := by
  sorry

theorem subset_trans (xs ys zs : List Nat) (h : subset xs ys = true) (h' : subset ys zs = true) : subset xs zs = true := by
  sorry

theorem inter_subset (xs ys : List Nat) : subset (inter xs ys) xs = true := by
  sorry

end Sets
