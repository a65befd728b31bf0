/-! Steps on a grid. -/

namespace Walks

inductive Move
  | north
  | south
  | east
  | west
deriving DecidableEq

structure Point where
  x : Int
  y : Int

def go (p : Point) : Move → Point
  | .north => { p with y := p.y + 1 }
  | .south => { p with y := p.y - 1 }
  | .east => { p with x := p.x + 1 }
  | .west => { p with x := p.x - 1 }

def walk (p : Point) : List Move → Point
  | [] => p
  | m :: ms => walk (go p m) ms

def back : Move → Move
  | .north => .south
  | .south => .north
  | .east => .west
  | .west => .east

def turn : Move → Move
  | .north => .east
  | .east => .south
  | .south => .west
  | .west => .north

theorem back_back (m : Move) : back (back m) = m := by
  sorry

theorem go_back (p : Point) (m : Move) : go (go p m) (back m) = p := by
  sorry

theorem walk_append (p : Point) (xs ys : List Move) : walk p (xs ++ ys) = walk (walk p xs) ys := by
  sorry

theorem turn_four (m : Move) : turn (turn (turn (turn m))) = m := by
  sorry

theorem turn_turn (m : Move) : turn (turn m) = back m := by
  sorry

theorem walk_back (p : Point) (ms : List Move) : walk (walk p ms) (ms.reverse.map back) = p := by
  sorry

theorem back_ne (m : Move) : back m ≠ m := by
  sorry

theorem go_comm (p : Point) (m n : Move) : go (go p m) n = go (go p n) m := by
  sorry

end Walks
