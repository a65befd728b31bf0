theorem target : ∃ m : Nat, ∀ n : Nat, m ≤ n := by
  exact ⟨0, Nat.zero_le⟩
