structure Version where
  major : Nat
  minor : Nat

instance : LE Version := ⟨fun a b => a.major < b.major ∨ (a.major = b.major ∧ a.minor ≤ b.minor)⟩

instance : LT Version := ⟨fun a b => a.major < b.major⟩

theorem target (a b c : Version) (h : a ≤ b) (k : b ≤ c) : a ≤ c := by
  simp only [LE.le] at *
  simp only [Nat.le_eq] at *
  omega
