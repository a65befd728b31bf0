def rank : Option Nat → Nat
  | none => 0
  | some _ => 1

theorem target (o : Option Nat) : rank o ≤ 1 := by
  cases o <;> simp [rank]
