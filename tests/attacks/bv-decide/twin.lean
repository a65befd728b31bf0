import Std.Tactic.BVDecide

theorem target (a b : BitVec 8) : a + b = b + a := by
  exact BitVec.add_comm a b
