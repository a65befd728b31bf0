import Std.Data.HashMap

theorem target : (∅ : Std.HashMap Nat Nat).size = 0 := by
  simp
