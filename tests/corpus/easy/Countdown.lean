/-! A loop that counts down by two; how often it runs, and where it ends. -/

def countdown (n : Nat) : Nat × Nat :=
  if n < 2 then (0, n) else ((countdown (n - 2)).1 + 1, (countdown (n - 2)).2)
termination_by n
decreasing_by
  all_goals sorry

theorem countdown_fst (n : Nat) : (countdown n).1 = n / 2 := by
  sorry

theorem countdown_snd (n : Nat) : (countdown n).2 = n % 2 := by
  sorry
