def secret : { f : Nat → Prop // ∀ n, f n ∧ (f n → n ≤ n + 1) } := ⟨fun _ => True, fun n => ⟨trivial, fun _ => Nat.le_succ n⟩⟩
def carrier : Nat → Prop := secret.val
theorem bridge (n : Nat) : carrier n ∧ (carrier n → n ≤ n + 1) := secret.property n
theorem target (n : Nat) : n ≤ n + 1 := by
  exact (bridge n).2 (bridge n).1
