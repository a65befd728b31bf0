/-! Balanced brackets and depths. -/

namespace Matching

inductive Paren
  | op
  | cl
deriving DecidableEq

def level (d : Int) : List Paren → Int
  | [] => d
  | .op :: ps => level (d + 1) ps
  | .cl :: ps => level (d - 1) ps

def nest : Nat → List Paren
  | 0 => []
  | n + 1 => .op :: nest n ++ [.cl]

def opens : List Paren → Nat
  | [] => 0
  | .op :: ps => opens ps + 1
  | .cl :: ps => opens ps

def invert : List Paren → List Paren
  | [] => []
  | .op :: ps => .cl :: invert ps
  | .cl :: ps => .op :: invert ps

theorem level_append (d : Int) (ps qs : List Paren) : level d (ps ++ qs) = level (level d ps) qs := by
  sorry

theorem length_nest (n : Nat) : (nest n).length = 2 * n := by
  sorry

theorem level_nest (d : Int) (n : Nat) : level d (nest n) = d := by
  sorry

theorem level_shift (c d : Int) (ps : List Paren) : level (c + d) ps = c + level d ps := by
  sorry

theorem opens_invert (ps : List Paren) : opens ps + opens (invert ps) = ps.length := by
  sorry

theorem invert_invert (ps : List Paren) : invert (invert ps) = ps := by
  sorry

theorem opens_nest (n : Nat) : opens (nest n) = n := by
  sorry

theorem level_invert (ps : List Paren) : level 0 (invert ps) = -level 0 ps := by
  sorry

end Matching
