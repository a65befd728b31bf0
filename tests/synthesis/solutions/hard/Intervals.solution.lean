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

def add (i : Interval) (set : List Interval) : List Interval :=
  match set with
  | [] => [i]
  | j :: rest =>
    if i.high < j.low then i :: j :: rest
    else if j.high < i.low then j :: add i rest
    else add ⟨min i.low j.low, max i.high j.high⟩ rest

theorem covers_add (i : Interval) (set : List Interval) (x : Nat) (hi : i.low ≤ i.high) (h : Disjoint set = true) :
    covers x (add i set) = (covers x [i] || covers x set) := by
  induction set generalizing i with
  | nil => simp [add, covers]
  | cons j rest ih =>
    have hr : Disjoint rest = true := by cases rest <;> simp_all [Disjoint]
    have hj : j.low ≤ j.high := by cases rest <;> simp_all [Disjoint]
    simp only [add]
    split
    · simp [covers]
    · split
      · have := ih i hi hr
        simp only [covers, List.any_cons, List.any_nil, Bool.or_false] at this ⊢
        rw [this]; grind
      · have := ih ⟨min i.low j.low, max i.high j.high⟩ (by simp; omega) hr
        simp only [covers, List.any_cons, List.any_nil, Bool.or_false] at this ⊢
        rw [this, Bool.eq_iff_iff]
        simp only [Bool.or_eq_true, Bool.and_eq_true, decide_eq_true_eq]
        generalize (rest.any _ = true) = covered
        by_cases covered <;> simp only [*, or_true, or_false] <;> omega

/-- What comes first in the result begins no earlier than both. -/
theorem add_head (i : Interval) (set : List Interval) (b : Nat) (hi : b < i.low) (hh : i.low ≤ i.high)
    (hs : ∀ j ∈ set.head?, b < j.low) (h : Disjoint set = true) :
    ∀ j ∈ (add i set).head?, b < j.low := by
  induction set generalizing i with
  | nil => simpa [add] using hi
  | cons j rest ih =>
    have hr : Disjoint rest = true := by cases rest <;> simp_all [Disjoint]
    have hj : b < j.low := hs j (by simp)
    have hjj : j.low ≤ j.high := by cases rest <;> simp_all [Disjoint]
    simp only [add]
    split
    · simpa using hi
    · split
      · simpa using hj
      · refine ih _ (by simp; omega) (by simp; omega) (fun k hk => ?_) hr
        cases rest with
        | nil => simp at hk
        | cons m rest => simp [Disjoint] at h; simp at hk; subst hk; omega

theorem disjoint_cons (i : Interval) (set : List Interval) (hi : i.low ≤ i.high) (h : Disjoint set = true)
    (hs : ∀ j ∈ set.head?, i.high < j.low) : Disjoint (i :: set) = true := by
  cases set with
  | nil => simpa [Disjoint] using hi
  | cons j rest => simpa [Disjoint, hi, h] using hs

theorem add_disjoint (i : Interval) (set : List Interval) (hi : i.low ≤ i.high) (h : Disjoint set = true) :
    Disjoint (add i set) = true := by
  induction set generalizing i with
  | nil => simpa [add, Disjoint] using hi
  | cons j rest ih =>
    have hr : Disjoint rest = true := by cases rest <;> simp_all [Disjoint]
    have hj : j.low ≤ j.high := by cases rest <;> simp_all [Disjoint]
    simp only [add]
    split
    · exact disjoint_cons i _ hi h (by simpa)
    · split
      · refine disjoint_cons j _ hj (ih i hi hr) (add_head i rest j.high (by assumption) hi (fun k hk => ?_) hr)
        cases rest with
        | nil => simp at hk
        | cons m rest => simp [Disjoint] at h; simp at hk; subst hk; omega
      · exact ih _ (by simp; omega) hr

end Intervals
