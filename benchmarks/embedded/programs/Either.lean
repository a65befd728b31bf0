/-! Sums of types and errors. -/

namespace Either

inductive Result (α : Type)
  | ok (a : α)
  | error (code : Nat)

def Result.bind (r : Result α) (g : α → Result β) : Result β :=
  match r with
  | .ok a => g a
  | .error e => .error e

def Result.map (g : α → β) : Result α → Result β
  | .ok a => .ok (g a)
  | .error e => .error e

def Result.isOk : Result α → Bool
  | .ok _ => true
  | .error _ => false

def safeDiv (m n : Nat) : Result Nat := if n = 0 then .error 1 else .ok (m / n)

def allOk : List (Result Nat) → Result (List Nat)
  | [] => .ok []
  | r :: rs => r.bind fun a => (allOk rs).map fun as => a :: as

theorem bind_ok (r : Result α) : r.bind .ok = r := by
  sorry

theorem bind_assoc (r : Result α) (g : α → Result β) (h : β → Result γ) : (r.bind g).bind h = r.bind fun a => (g a).bind h := by
  sorry

theorem map_map (g : α → β) (h : β → γ) (r : Result α) : (r.map g).map h = r.map fun a => h (g a) := by
  sorry

theorem isOk_map (g : α → β) (r : Result α) : (r.map g).isOk = r.isOk := by
  sorry

theorem safeDiv_ok (m n : Nat) (h : n ≠ 0) : safeDiv m n = .ok (m / n) := by
  sorry

theorem safeDiv_isOk (m n : Nat) : (safeDiv m n).isOk = true ↔ 0 < n := by
  sorry

theorem allOk_map (xs : List Nat) : allOk (xs.map .ok) = .ok xs := by
  sorry

theorem isOk_allOk (rs : List (Result Nat)) (h : ∀ r ∈ rs, r.isOk = true) : (allOk rs).isOk = true := by
  sorry

theorem map_eq_bind (g : α → β) (r : Result α) : r.map g = r.bind fun a => .ok (g a) := by
  sorry

end Either
