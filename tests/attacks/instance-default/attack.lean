@[default_instance 2000] instance {n : Nat} : OfNat Int n := ⟨Int.ofNat n⟩
theorem target : ∃ x, x + 1 = 5 := by
  exact ⟨4, rfl⟩
