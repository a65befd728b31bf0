set_option warn.sorry false
theorem step (a b : Nat) : (a + b) * 2 = a * 2 + b * 2 := by
  -- simpa using target a b 0, once target is there
  omega

theorem target (a b c : Nat) : (a + b + c) * 2 = a * 2 + b * 2 + c * 2 := by
  rw [step, step]
