def Sorted (xs : List Nat) : Prop := ∀ i j, i < j → xs.getD i 0 ≤ xs.getD j (xs.getD i 0)

namespace Easy
protected def Sorted (xs : List Nat) : Prop := xs = xs
scoped notation (priority := high) "Sorted" => Easy.Sorted
end Easy

open scoped Easy in
theorem target : Sorted [1] := by
  exact Eq.refl _
