/-! Adding an interval to a set of numbers that is kept as disjoint intervals in order. -/

namespace Intervals

/-- The numbers from `low` to `high`, both included. -/
structure Interval where
  low : Nat
  high : Nat
  deriving DecidableEq

def covers (x : Nat) (set : List Interval) : Bool := set.any fun i => i.low ≤ x && x ≤ i.high

/-- No interval is empty, and each ends before the next begins. -/
def Disjoint : List Interval → Bool
  | [] => true
  | [i] => i.low ≤ i.high
  | i :: j :: rest => i.low ≤ i.high && i.high < j.low && Disjoint (j :: rest)

def add (i : Interval) (set : List Interval) : List Interval := sorry

theorem covers_add (i : Interval) (set : List Interval) (x : Nat) (hi : i.low ≤ i.high) (h : Disjoint set = true) :
    covers x (add i set) = (covers x [i] || covers x set) := by
  sorry

theorem add_disjoint (i : Interval) (set : List Interval) (hi : i.low ≤ i.high) (h : Disjoint set = true) :
    Disjoint (add i set) = true := by
  sorry

end Intervals
