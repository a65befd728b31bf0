theorem target : ∀ n : Nat, ∃ m : Nat, m ≤ n := by
  intro n; exact ⟨n, Nat.le_refl n⟩
