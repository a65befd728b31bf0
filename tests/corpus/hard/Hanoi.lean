/-! The towers of Hanoi: the moves, a board that refuses illegal ones, and that the plan works. -/

namespace Hanoi

inductive Peg where
  | left
  | middle
  | right
deriving DecidableEq

/-- Discs on each peg, the top one first. -/
abbrev Board := Peg → List Nat

structure Move where
  source : Peg
  target : Peg

def put (b : Board) (p : Peg) (ds : List Nat) : Board := fun q => if q = p then ds else b q

/-- `none` when there is no disc to move, or a smaller one in the way. -/
def play (b : Board) (m : Move) : Option Board :=
  match b m.source with
  | [] => none
  | d :: ds =>
    if m.source = m.target then none
    else
      match b m.target with
      | [] => some (put (put b m.source ds) m.target [d])
      | e :: es => if d < e then some (put (put b m.source ds) m.target (d :: e :: es)) else none

def playAll (b : Board) : List Move → Option Board
  | [] => some b
  | m :: ms => (play b m).bind (playAll · ms)

def plan : Nat → Peg → Peg → Peg → List Move
  | 0, _, _, _ => []
  | n + 1, a, b, c => plan n a c b ++ ⟨a, b⟩ :: plan n c b a

/-- Discs `0`, …, `n - 1`, the smallest first. -/
def tower (n : Nat) : List Nat := List.range n

def start (n : Nat) : Board := put (fun _ => []) .left (tower n)

/-- Every move is legal, and the tower ends on the right. -/
theorem playAll_start (n : Nat) :
    playAll (start n) (plan n .left .right .middle) = some (put (fun _ => []) .right (tower n)) := by
  sorry

theorem length_plan (n : Nat) (p q r : Peg) : (plan n p q r).length = 2 ^ n - 1 := by
  sorry

end Hanoi
