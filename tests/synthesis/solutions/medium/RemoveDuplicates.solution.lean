/-! Each number of a list once, where it occurs for the first time. -/

namespace RemoveDuplicates

def unique (xs : List Nat) : List Nat :=
  match xs with
  | [] => []
  | x :: rest => x :: (unique rest).filter (· != x)

theorem mem_unique (xs : List Nat) (x : Nat) : x ∈ unique xs ↔ x ∈ xs := by
  induction xs with
  | nil => simp [unique]
  | cons y rest ih => simp [unique, ih]; grind

theorem unique_nodup (xs : List Nat) : (unique xs).Nodup := by
  induction xs with
  | nil => simp [unique]
  | cons y rest ih => simp [unique]; exact ih.filter _

theorem head_unique (xs : List Nat) : (unique xs).head? = xs.head? := by
  cases xs <;> rfl

/-- What is new at the end goes to the end; what is not changes nothing. -/
theorem unique_append_singleton (xs : List Nat) (x : Nat) :
    unique (xs ++ [x]) = if x ∈ xs then unique xs else unique xs ++ [x] := by
  induction xs with
  | nil => simp [unique]
  | cons y rest ih => simp only [List.cons_append, unique, ih]; grind

end RemoveDuplicates
