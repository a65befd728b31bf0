/-! Merging a set of intervals into disjoint ones that cover the same points. -/

namespace Intervals

/-- The points `lo ≤ x < hi`. -/
structure Interval where
  lo : Nat
  hi : Nat

def Interval.has (i : Interval) (x : Nat) : Prop := i.lo ≤ x ∧ x < i.hi

def insert (i : Interval) : List Interval → List Interval
  | [] => [i]
  | j :: js => if i.lo ≤ j.lo then i :: j :: js else j :: insert i js

def sort : List Interval → List Interval
  | [] => []
  | i :: is => insert i (sort is)

/-- `cur` takes in what touches it. -/
def sweep (cur : Interval) : List Interval → List Interval
  | [] => [cur]
  | i :: is => if i.lo ≤ cur.hi then sweep ⟨cur.lo, max cur.hi i.hi⟩ is else cur :: sweep i is

def merge (is : List Interval) : List Interval :=
  match sort (is.filter (fun i => i.lo < i.hi)) with
  | [] => []
  | i :: is => sweep i is

def Covers (is : List Interval) (x : Nat) : Prop := ∃ i ∈ is, i.has x

/-- Apart from each other, in order, and none empty. -/
def Separated (is : List Interval) : Prop :=
  is.Pairwise (fun i j => i.hi < j.lo) ∧ ∀ i ∈ is, i.lo < i.hi

theorem covers_merge (is : List Interval) (x : Nat) : Covers (merge is) x ↔ Covers is x := by
  sorry

theorem separated_merge (is : List Interval) : Separated (merge is) := by
  sorry

end Intervals
