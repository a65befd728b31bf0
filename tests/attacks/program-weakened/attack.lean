def pick (xs : List Nat) (h : 0 < xs.length) : Nat :=
  xs[0]'(by omega)

theorem target (x : Nat) : pick [x] (by simp) = x := by
  rfl
