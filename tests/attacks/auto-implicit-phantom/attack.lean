set_option autoImplicit true

theorem target : 0 ≤ balance := by
  exact Nat.zero_le _
