structure Fact where
  double : Nat
deriving Inhabited

theorem target (n : Nat) : n + n = 2 * n := by
  exact (fun _ : Fact => by omega) default
