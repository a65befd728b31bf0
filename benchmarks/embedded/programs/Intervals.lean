/-! Closed intervals of integers. -/

namespace Intervals

structure Interval where
  lo : Int
  hi : Int

def Interval.has (i : Interval) (x : Int) : Prop := i.lo ≤ x ∧ x ≤ i.hi

def Interval.meet (i j : Interval) : Interval := ⟨max i.lo j.lo, min i.hi j.hi⟩

def Interval.hull (i j : Interval) : Interval := ⟨min i.lo j.lo, max i.hi j.hi⟩

def Interval.shift (i : Interval) (d : Int) : Interval := ⟨i.lo + d, i.hi + d⟩

def Interval.width (i : Interval) : Int := i.hi - i.lo

theorem has_meet (i j : Interval) (x : Int) : (i.meet j).has x ↔ i.has x ∧ j.has x := by
  sorry

theorem has_hull_left (i j : Interval) (x : Int) (h : i.has x) : (i.hull j).has x := by
  sorry

theorem meet_comm (i j : Interval) : i.meet j = j.meet i := by
  sorry

theorem hull_assoc (i j k : Interval) : (i.hull j).hull k = i.hull (j.hull k) := by
  sorry

theorem has_shift (i : Interval) (d x : Int) : (i.shift d).has (x + d) ↔ i.has x := by
  sorry

theorem width_shift (i : Interval) (d : Int) : (i.shift d).width = i.width := by
  sorry

theorem meet_self (i : Interval) : i.meet i = i := by
  sorry

theorem width_meet_le (i j : Interval) : (i.meet j).width ≤ i.width := by
  sorry

theorem shift_shift (i : Interval) (d e : Int) : (i.shift d).shift e = i.shift (d + e) := by
  sorry

theorem hull_meet (i j : Interval) : i.hull (i.meet j) = i.hull (i.meet j) := by
  sorry

end Intervals
