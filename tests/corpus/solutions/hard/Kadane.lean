/-! The largest sum of a contiguous segment, in one pass. -/

namespace Kadane

/-- Best sum of a segment so far, and best sum of a segment that ends here. -/
def loop (best here : Int) : List Int → Int
  | [] => best
  | x :: xs => loop (max best (max 0 (here + x))) (max 0 (here + x)) xs

def maxSum (xs : List Int) : Int := loop 0 0 xs

def sum : List Int → Int
  | [] => 0
  | x :: xs => x + sum xs

def IsSegment (ys xs : List Int) : Prop := ∃ before after, xs = before ++ ys ++ after

/-- Auxiliary -/
theorem loop_ge_best (best here : Int) (xs : List Int) : best ≤ loop best here xs := by
  induction xs generalizing best here with
  | nil => exact Int.le_refl _
  | cons x xs ih => have := ih (max best (max 0 (here + x))) (max 0 (here + x)); simp only [loop]; omega

/-- Auxiliary -/
theorem loop_ge_prefix (best here : Int) (ys zs : List Int) (hh : here ≤ best) :
    here + sum ys ≤ loop best here (ys ++ zs) := by
  induction ys generalizing best here with
  | nil => have := loop_ge_best best here zs; simp [sum]; omega
  | cons y ys ih =>
    have := ih (max best (max 0 (here + y))) (max 0 (here + y)) (by omega)
    simp only [List.cons_append, loop, sum]
    omega

/-- Auxiliary -/
theorem loop_ge_segment (best here : Int) (b ys zs : List Int) (hh : here ≤ best) (h0 : 0 ≤ here) :
    sum ys ≤ loop best here (b ++ ys ++ zs) := by
  induction b generalizing best here with
  | nil => have := loop_ge_prefix best here ys zs hh; simp only [List.nil_append]; omega
  | cons x b ih =>
    simp only [List.cons_append, loop]
    exact ih _ _ (by omega) (by omega)

/-- Auxiliary -/
theorem sum_append (xs ys : List Int) : sum (xs ++ ys) = sum xs + sum ys := by
  induction xs with
  | nil => simp [sum]
  | cons x xs ih => simp [sum, ih, Int.add_assoc]

/-- Auxiliary: `done` has been read, `best` and `here` are sums of segments of it, the latter at its end. -/
theorem loop_attained (best here : Int) (done xs : List Int)
    (hb : ∃ ys, IsSegment ys done ∧ sum ys = best) (hh : ∃ b ys, done = b ++ ys ∧ sum ys = here) :
    ∃ ys, IsSegment ys (done ++ xs) ∧ sum ys = loop best here xs := by
  induction xs generalizing best here done with
  | nil => simpa [loop] using hb
  | cons x xs ih =>
    have hh' : ∃ b ys, done ++ [x] = b ++ ys ∧ sum ys = max 0 (here + x) := by
      by_cases hx : 0 ≤ here + x
      · obtain ⟨b, ys, rfl, rfl⟩ := hh
        exact ⟨b, ys ++ [x], by simp, by simp [sum_append, sum]; omega⟩
      · exact ⟨done ++ [x], [], by simp, by simp [sum]; omega⟩
    have hb' : ∃ ys, IsSegment ys (done ++ [x]) ∧ sum ys = max best (max 0 (here + x)) := by
      by_cases hx : max 0 (here + x) ≤ best
      · obtain ⟨ys, ⟨b, a, rfl⟩, rfl⟩ := hb
        exact ⟨ys, ⟨b, a ++ [x], by simp⟩, by omega⟩
      · obtain ⟨b, ys, h1, h2⟩ := hh'
        exact ⟨ys, ⟨b, [], by simp [h1]⟩, by omega⟩
    have := ih _ _ (done ++ [x]) hb' hh'
    simpa [loop] using this

/-- No segment has a larger sum. -/
theorem sum_le_maxSum (xs ys : List Int) (h : IsSegment ys xs) : sum ys ≤ maxSum xs := by
  obtain ⟨b, a, rfl⟩ := h
  exact loop_ge_segment 0 0 b ys a (Int.le_refl _) (Int.le_refl _)

/-- Some segment has it. -/
theorem maxSum_attained (xs : List Int) : ∃ ys, IsSegment ys xs ∧ sum ys = maxSum xs := by
  have h : ∃ ys, IsSegment ys [] ∧ sum ys = 0 := ⟨[], ⟨[], [], rfl⟩, rfl⟩
  have := loop_attained 0 0 [] xs h ⟨[], [], rfl, rfl⟩
  simpa using this

end Kadane
