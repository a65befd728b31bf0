/-! The even numbers of a list. The program is missing; what it must do is said by three theorems.

    gentzen synth examples/synth/Evens.lean
-/

def evens (xs : List Nat) : List Nat := sorry

/-- Nothing is added, and nothing changes places. -/
theorem evens_sublist (xs : List Nat) : (evens xs).Sublist xs := by
  sorry

/-- No even number is lost. -/
theorem count_even (xs : List Nat) (x : Nat) (h : x % 2 = 0) : (evens xs).count x = xs.count x := by
  sorry

/-- All others are. -/
theorem even_of_mem (xs : List Nat) (x : Nat) (h : x ∈ evens xs) : x % 2 = 0 := by
  sorry
