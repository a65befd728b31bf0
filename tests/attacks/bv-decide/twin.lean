import Std.Tactic.BVDecide

theorem target (a b : BitVec 4) : a + b = (a ^^^ b) + 2 * (a &&& b) := by
  revert a b; decide
