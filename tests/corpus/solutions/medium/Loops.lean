/-! Small imperative programs with mutable variables, and what they compute. -/

namespace Loops

def sum (xs : List Nat) : Nat := Id.run do
  let mut s := 0
  for x in xs do
    s := s + x
  return s

def countIf (p : Nat → Bool) (xs : List Nat) : Nat := Id.run do
  let mut n := 0
  for x in xs do
    if p x then
      n := n + 1
  return n

def find (p : Nat → Bool) (xs : List Nat) : Option Nat := Id.run do
  for x in xs do
    if p x then
      return some x
  return none

def largest (xs : List Nat) : Nat := Id.run do
  let mut m := 0
  for x in xs do
    if m < x then
      m := x
  return m

theorem sum_eq (xs : List Nat) : sum xs = xs.sum := by
  have h : ∀ s, xs.foldl (fun s x => s + x) s = s + xs.sum := by
    induction xs with
    | nil => simp
    | cons x xs ih => intro s; simp [ih, Nat.add_assoc]
  simp [sum, h]

theorem countIf_eq (p : Nat → Bool) (xs : List Nat) : countIf p xs = (xs.filter p).length := by
  suffices h : ∀ n : Nat, (forIn (m := Id) xs n fun x r =>
      if p x = true then pure (ForInStep.yield (r + 1)) else pure (ForInStep.yield r)).run =
      n + (xs.filter p).length by
    simpa [countIf] using h 0
  induction xs with
  | nil => simp
  | cons x xs ih =>
    intro n
    cases hp : p x <;> simp [hp, ih]
    omega

theorem find_eq (p : Nat → Bool) (xs : List Nat) : find p xs = xs.find? p := by
  induction xs with
  | nil => rfl
  | cons x xs ih => cases hp : p x <;> simp_all [find, List.find?_cons]

/-- Auxiliary: the loop of `largest`, started at `m`. -/
def largestFrom (m : Nat) (xs : List Nat) : Nat :=
  (forIn (m := Id) xs m fun x r => if r < x then pure (ForInStep.yield x) else pure (ForInStep.yield r)).run

/-- Auxiliary -/
theorem largestFrom_cons (m x : Nat) (xs : List Nat) : largestFrom m (x :: xs) = largestFrom (max m x) xs := by
  by_cases h : m < x
  · simp [largestFrom, h, Nat.max_eq_right (Nat.le_of_lt h)]
  · simp [largestFrom, h, Nat.max_eq_left (Nat.le_of_not_lt h)]

/-- Auxiliary -/
theorem largestFrom_spec (m : Nat) (xs : List Nat) :
    (∀ x ∈ m :: xs, x ≤ largestFrom m xs) ∧ largestFrom m xs ∈ m :: xs := by
  induction xs generalizing m with
  | nil => simp [largestFrom]
  | cons y ys ih =>
    rw [largestFrom_cons]
    obtain ⟨h1, h2⟩ := ih (max m y)
    have h3 := h1 (max m y) (by simp)
    constructor
    · intro x hx
      simp only [List.mem_cons] at hx
      rcases hx with rfl | rfl | hx
      · omega
      · omega
      · exact h1 x (by simp [hx])
    · grind

theorem largest_spec (xs : List Nat) (x : Nat) (h : x ∈ xs) : x ≤ largest xs ∧ largest xs ∈ xs := by
  have e : largest xs = largestFrom 0 xs := by simp [largest, largestFrom]
  have := largestFrom_spec 0 xs
  rw [e]
  refine ⟨this.1 x (by simp [h]), ?_⟩
  rcases List.mem_cons.mp this.2 with h0 | h0
  · have := this.1 x (by simp [h])
    have hx : x = largestFrom 0 xs := by omega
    rwa [← hx]
  · exact h0

end Loops
