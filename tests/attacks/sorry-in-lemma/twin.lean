set_option warn.sorry false in
theorem step (a b : Nat) : a * (b + 1) = (b + 1) * a := by exact Nat.mul_comm _ _
theorem twist (a b : Nat) : a * b = b * a := by
  cases b with
  | zero => simp
  | succ b => exact step a b
theorem target (a b : Nat) : a * b = b * a := by
  exact twist a b
