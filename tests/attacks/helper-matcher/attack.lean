def rank : Option Nat → Nat
  | none => 1
  | some _ => 0

theorem target (o : Option Nat) : rank o ≤ 1 := by
  cases o <;> simp [rank]
