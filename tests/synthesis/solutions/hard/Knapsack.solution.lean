/-! The most valuable choice of things that a bag can carry. -/

namespace Knapsack

structure Item where
  weight : Nat
  value : Nat
  deriving DecidableEq

def weight (items : List Item) : Nat := (items.map Item.weight).sum

def value (items : List Item) : Nat := (items.map Item.value).sum

def best (capacity : Nat) (items : List Item) : Nat :=
  match items with
  | [] => 0
  | item :: rest =>
    if item.weight ≤ capacity then
      max (best capacity rest) (item.value + best (capacity - item.weight) rest)
    else best capacity rest

/-- No choice that fits is worth more. -/
theorem value_le_best (capacity : Nat) (items chosen : List Item) (h : chosen.Sublist items)
    (hw : weight chosen ≤ capacity) : value chosen ≤ best capacity items := by
  induction h generalizing capacity with
  | slnil => simp [value]
  | cons item _ ih => have := ih capacity hw; simp only [best]; split <;> omega
  | cons₂ item _ ih =>
    rename_i chosen rest _
    simp only [weight, List.map_cons, List.sum_cons] at hw
    have := ih (capacity - item.weight) (by simp only [weight]; omega)
    have : item.weight ≤ capacity := by omega
    simp only [best, this, if_true]
    simp only [value, List.map_cons, List.sum_cons] at *
    omega

/-- Some choice that fits is worth it. -/
theorem best_reached (capacity : Nat) (items : List Item) :
    ∃ chosen : List Item, chosen.Sublist items ∧ weight chosen ≤ capacity ∧ value chosen = best capacity items := by
  induction items generalizing capacity with
  | nil => exact ⟨[], .slnil, by simp [weight], by simp [value, best]⟩
  | cons item rest ih =>
    obtain ⟨c, hc, hw, hv⟩ := ih capacity
    simp only [best]
    split
    · obtain ⟨d, hd, hw', hv'⟩ := ih (capacity - item.weight)
      by_cases hm : item.value + best (capacity - item.weight) rest ≤ best capacity rest
      · exact ⟨c, hc.cons _, hw, by omega⟩
      · refine ⟨item :: d, hd.cons₂ _, ?_, ?_⟩
        · simp only [weight, List.map_cons, List.sum_cons] at *; omega
        · simp only [value, List.map_cons, List.sum_cons] at *; omega
    · exact ⟨c, hc.cons _, hw, hv⟩

example : best 5 [⟨3, 4⟩, ⟨4, 5⟩, ⟨2, 3⟩] = 7 := by decide

example : best 3 [⟨2, 3⟩, ⟨2, 4⟩] = 4 := by decide

example : best 0 [⟨0, 1⟩, ⟨1, 9⟩] = 1 := by decide

end Knapsack
