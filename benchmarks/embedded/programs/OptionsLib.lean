/-! Partial functions. -/

namespace OptionsLib

def lookup (k : Nat) : List (Nat × Nat) → Option Nat
  | [] => none
  | (j, v) :: rest => if j = k then some v else lookup k rest

def insert (k v : Nat) (m : List (Nat × Nat)) : List (Nat × Nat) := (k, v) :: m

def erase (k : Nat) : List (Nat × Nat) → List (Nat × Nat)
  | [] => []
  | (j, v) :: rest => if j = k then erase k rest else (j, v) :: erase k rest

def orElse (a b : Option Nat) : Option Nat :=
  match a with
  | some x => some x
  | none => b

def lift2 (g : Nat → Nat → Nat) (a b : Option Nat) : Option Nat := do
  let x ← a
  let y ← b
  return g x y

theorem lookup_insert (k v : Nat) (m : List (Nat × Nat)) : lookup k (insert k v m) = some v := by
  sorry

theorem lookup_erase (k : Nat) (m : List (Nat × Nat)) : lookup k (erase k m) = none := by
  sorry

theorem lookup_erase_ne (j k : Nat) (m : List (Nat × Nat)) (h : j ≠ k) : lookup j (erase k m) = lookup j m := by
  sorry

theorem orElse_assoc (a b c : Option Nat) : orElse (orElse a b) c = orElse a (orElse b c) := by
  sorry

theorem orElse_none (a : Option Nat) : orElse a none = a := by
  sorry

theorem lift2_comm (a b : Option Nat) : lift2 (· + ·) a b = lift2 (· + ·) b a := by
  sorry

theorem lookup_append (k : Nat) (m n : List (Nat × Nat)) : lookup k (m ++ n) = orElse (lookup k m) (lookup k n) := by
  sorry

theorem erase_length (k : Nat) (m : List (Nat × Nat)) : (erase k m).length ≤ m.length := by
  sorry

theorem erase_erase (k : Nat) (m : List (Nat × Nat)) : erase k (erase k m) = erase k m := by
  sorry

end OptionsLib
