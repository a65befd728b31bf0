/-! Each number of a list once, where it occurs for the first time. Another correct program (the program only: its proofs are open). -/

namespace RemoveDuplicates

def unique (xs : List Nat) : List Nat :=
  xs.foldl (fun seen x => if x ∈ seen then seen else seen ++ [x]) []

theorem mem_unique (xs : List Nat) (x : Nat) : x ∈ unique xs ↔ x ∈ xs := by
  sorry

theorem unique_nodup (xs : List Nat) : (unique xs).Nodup := by
  sorry

theorem head_unique (xs : List Nat) : (unique xs).head? = xs.head? := by
  sorry

/-- What is new at the end goes to the end; what is not changes nothing. -/
theorem unique_append_singleton (xs : List Nat) (x : Nat) :
    unique (xs ++ [x]) = if x ∈ xs then unique xs else unique xs ++ [x] := by
  sorry

end RemoveDuplicates
