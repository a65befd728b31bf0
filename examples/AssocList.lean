/-!
# Association lists as finite maps

A map is a list of pairs; the first pair with a key decides. The laws are those that a client may use without
knowing the representation. Keys are compared with `==`, so laws need `LawfulBEq`; the type `Name` at the end is a key
type whose instance is to be proved.
-/

universe u v

abbrev AssocList (κ : Type u) (β : Type v) := List (κ × β)

namespace AssocList

section

variable {κ : Type u} {β : Type v} [BEq κ]

def lookup (k : κ) : AssocList κ β → Option β
  | [] => none
  | (k', v) :: m => if k == k' then some v else lookup k m

def insert (k : κ) (v : β) (m : AssocList κ β) : AssocList κ β := (k, v) :: m

/-- Remove every pair with the key `k`. -/
def erase (k : κ) : AssocList κ β → AssocList κ β
  | [] => []
  | (k', v) :: m => if k == k' then erase k m else (k', v) :: erase k m

/-- Replace the value at `k` where there is one. -/
def update (k : κ) (f : β → β) : AssocList κ β → AssocList κ β
  | [] => []
  | (k', v) :: m => if k == k' then (k', f v) :: m else (k', v) :: update k f m

def contains (k : κ) (m : AssocList κ β) : Bool := (lookup k m).isSome

end

section Laws

variable {κ : Type u} {β : Type v} [BEq κ] (m : AssocList κ β) (k k' : κ) (v v' : β)

theorem lookup_insert_insert (j : κ) : lookup j (insert k v (insert k v' m)) = lookup j (insert k v m) := by
  sorry

theorem length_erase_le : (erase k m).length ≤ m.length := by
  sorry

theorem length_update (f : β → β) : (update k f m).length = m.length := by
  sorry

variable [LawfulBEq κ]

@[simp] theorem lookup_insert_self : lookup k (insert k v m) = some v := by
  sorry

theorem lookup_insert_of_ne (h : k ≠ k') : lookup k (insert k' v m) = lookup k m := by
  sorry

theorem lookup_insert_comm (h : k ≠ k') (j : κ) :
    lookup j (insert k v (insert k' v' m)) = lookup j (insert k' v' (insert k v m)) := by
  sorry

@[simp] theorem lookup_erase_self : lookup k (erase k m) = none := by
  sorry

theorem lookup_erase_of_ne (h : k ≠ k') : lookup k (erase k' m) = lookup k m := by
  sorry

theorem erase_erase : erase k (erase k m) = erase k m := by
  sorry

theorem erase_of_not_contains (h : contains k m = false) : erase k m = m := by
  sorry

theorem lookup_update_self (f : β → β) : lookup k (update k f m) = (lookup k m).map f := by
  sorry

theorem contains_iff_mem : contains k m = true ↔ ∃ v, (k, v) ∈ m := by
  sorry

end Laws

/-! ## A key type of our own -/

structure Name where
  scope : Nat
  text : String

instance : BEq Name where
  beq a b := a.scope == b.scope && a.text == b.text

instance : LawfulBEq Name where
  eq_of_beq {a b} h := by
    sorry
  rfl {a} := by
    sorry

example (m : AssocList Name Nat) (n : Name) : lookup n (erase n (insert n 3 m)) = none := by sorry

end AssocList
