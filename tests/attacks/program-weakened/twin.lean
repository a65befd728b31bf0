def pick (xs : List Nat) (h : 0 < xs.length) : Nat :=
  xs[xs.length - 1]'(by omega)

theorem target (x : Nat) : pick [7, x] (by simp) = x := by
  rfl
