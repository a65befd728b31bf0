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

/-- Auxiliary -/
theorem mem_insert (i j : Interval) (is : List Interval) : j ∈ insert i is ↔ j = i ∨ j ∈ is := by
  induction is <;> grind [insert]

/-- Auxiliary -/
theorem mem_sort (j : Interval) (is : List Interval) : j ∈ sort is ↔ j ∈ is := by
  induction is <;> grind [sort, mem_insert]

/-- Auxiliary -/
theorem sorted_insert (i : Interval) (is : List Interval) (h : is.Pairwise (fun i j => i.lo ≤ j.lo)) :
    (insert i is).Pairwise (fun i j => i.lo ≤ j.lo) := by
  induction is <;> grind [insert, mem_insert, List.pairwise_cons]

/-- Auxiliary -/
theorem sorted_sort (is : List Interval) : (sort is).Pairwise (fun i j => i.lo ≤ j.lo) := by
  induction is with
  | nil => simp [sort]
  | cons i is ih => exact sorted_insert i _ ih

/-- Auxiliary -/
theorem covers_sweep (cur : Interval) (is : List Interval) (x : Nat) (hc : ∀ i ∈ is, cur.lo ≤ i.lo)
    (hs : is.Pairwise (fun i j => i.lo ≤ j.lo)) (hw : cur.lo < cur.hi) (hi : ∀ i ∈ is, i.lo < i.hi) :
    Covers (sweep cur is) x ↔ cur.has x ∨ Covers is x := by
  induction is generalizing cur with
  | nil => simp [sweep, Covers]
  | cons i is ih =>
    rw [List.pairwise_cons] at hs
    have hci := hc i (by simp)
    have hii := hi i (by simp)
    simp only [sweep]
    split
    · rw [ih ⟨cur.lo, max cur.hi i.hi⟩ (fun j hj => hc j (by simp [hj])) hs.2
        (show cur.lo < max cur.hi i.hi by omega) (fun j hj => hi j (by simp [hj]))]
      simp only [Covers, Interval.has, List.mem_cons, exists_eq_or_imp]
      rw [← or_assoc]
      apply or_congr_left
      omega
    · have := ih i hs.1 hs.2 hii (fun j hj => hi j (by simp [hj]))
      simp only [Covers, List.mem_cons, exists_eq_or_imp] at this ⊢
      rw [this]

/-- Auxiliary -/
theorem separated_sweep (cur : Interval) (is : List Interval) (hs : is.Pairwise (fun i j => i.lo ≤ j.lo))
    (hw : cur.lo < cur.hi) (hi : ∀ i ∈ is, i.lo < i.hi) (hc : ∀ i ∈ is, cur.lo ≤ i.lo) :
    Separated (sweep cur is) ∧ ∀ j ∈ sweep cur is, cur.lo ≤ j.lo := by
  induction is generalizing cur with
  | nil => simp [sweep, Separated, hw]
  | cons i is ih =>
    rw [List.pairwise_cons] at hs
    have hii := hi i (by simp)
    have hci := hc i (by simp)
    simp only [sweep]
    split
    · exact ih ⟨cur.lo, max cur.hi i.hi⟩ hs.2
        (show cur.lo < max cur.hi i.hi by omega) (fun j hj => hi j (by simp [hj]))
        (fun j hj => hc j (by simp [hj]))
    · next hn =>
      obtain ⟨⟨h1, h2⟩, h3⟩ := ih i hs.2 hii (fun j hj => hi j (by simp [hj])) hs.1
      refine ⟨⟨List.pairwise_cons.mpr ⟨?_, h1⟩, ?_⟩, ?_⟩
      · intro j hj
        have := h3 j hj
        omega
      · intro j hj
        rcases List.mem_cons.mp hj with rfl | hj
        · exact hw
        · exact h2 j hj
      · intro j hj
        rcases List.mem_cons.mp hj with rfl | hj
        · exact Nat.le_refl _
        · have := h3 j hj
          omega

theorem covers_merge (is : List Interval) (x : Nat) : Covers (merge is) x ↔ Covers is x := by
  have hm : ∀ i, i ∈ sort (is.filter (fun i => i.lo < i.hi)) ↔ i ∈ is ∧ i.lo < i.hi := by
    intro i; simp [mem_sort]
  have hs := sorted_sort (is.filter (fun i => i.lo < i.hi))
  have h0 : Covers is x ↔ Covers (sort (is.filter (fun i => i.lo < i.hi))) x := by
    simp only [Covers, hm, Interval.has]
    constructor
    · rintro ⟨i, hi, h⟩; exact ⟨i, ⟨hi, by omega⟩, h⟩
    · rintro ⟨i, hi, h⟩; exact ⟨i, hi.1, h⟩
  rw [h0, merge]
  generalize sort (is.filter (fun i => i.lo < i.hi)) = js at *
  cases js with
  | nil => rfl
  | cons j js =>
    rw [List.pairwise_cons] at hs
    dsimp only
    rw [covers_sweep j js x hs.1 hs.2 ((hm j).mp (by simp)).2 (fun i hi => ((hm i).mp (by simp [hi])).2)]
    simp [Covers]

theorem separated_merge (is : List Interval) : Separated (merge is) := by
  have hm : ∀ i, i ∈ sort (is.filter (fun i => i.lo < i.hi)) ↔ i ∈ is ∧ i.lo < i.hi := by
    intro i; simp [mem_sort]
  have hs := sorted_sort (is.filter (fun i => i.lo < i.hi))
  rw [merge]
  generalize sort (is.filter (fun i => i.lo < i.hi)) = js at *
  cases js with
  | nil => simp [Separated]
  | cons j js =>
    rw [List.pairwise_cons] at hs
    exact (separated_sweep j js hs.2 ((hm j).mp (by simp)).2 (fun i hi => ((hm i).mp (by simp [hi])).2) hs.1).1

end Intervals
