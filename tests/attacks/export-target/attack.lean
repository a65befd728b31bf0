namespace Scratch
theorem target (n : Nat) : n + n = 2 * n := by
  omega
end Scratch
export Scratch (target)
#check (target : ∀ n : Nat, n + n = 2 * n)
