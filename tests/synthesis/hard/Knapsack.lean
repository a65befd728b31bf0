/-! The most valuable choice of things that a bag can carry. -/

namespace Knapsack

structure Item where
  weight : Nat
  value : Nat
  deriving DecidableEq

def weight (items : List Item) : Nat := (items.map Item.weight).sum

def value (items : List Item) : Nat := (items.map Item.value).sum

def best (capacity : Nat) (items : List Item) : Nat := sorry

/-- No choice that fits is worth more. -/
theorem value_le_best (capacity : Nat) (items chosen : List Item) (h : chosen.Sublist items)
    (hw : weight chosen ≤ capacity) : value chosen ≤ best capacity items := by
  sorry

/-- Some choice that fits is worth it. -/
theorem best_reached (capacity : Nat) (items : List Item) :
    ∃ chosen : List Item, chosen.Sublist items ∧ weight chosen ≤ capacity ∧ value chosen = best capacity items := by
  sorry

example : best 5 [⟨3, 4⟩, ⟨4, 5⟩, ⟨2, 3⟩] = 7 := by sorry

example : best 3 [⟨2, 3⟩, ⟨2, 4⟩] = 4 := by sorry

example : best 0 [⟨0, 1⟩, ⟨1, 9⟩] = 1 := by sorry

end Knapsack
