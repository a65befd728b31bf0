namespace Scratch
theorem lemma1 (n : Nat) : n + n = 2 * n := by
  omega
end Scratch
export Scratch (lemma1)
theorem target (n : Nat) : n + n = 2 * n := lemma1 n
#check (target : ∀ n : Nat, n + n = 2 * n)
