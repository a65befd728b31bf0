/-!
# Binary search

`search f key lo hi` looks for `key` among `f lo, …, f (hi - 1)`, for `f` that does not decrease. The array is seen as
a function from indices, so the specification is about the search and not about bounds checks; `find` is the same on
an `Array`.
-/

namespace BinarySearch

def search (f : Nat → Int) (key : Int) (lo hi : Nat) : Option Nat :=
  if lo < hi then
    let mid := lo + (hi - lo) / 2
    if f mid = key then some mid
    else if f mid < key then search f key (mid + 1) hi
    else search f key lo mid
  else none
termination_by hi - lo

/-- The first index in `[lo, hi]` from which on `p` holds, for `p` that stays true once it is. -/
def firstTrue (p : Nat → Bool) (lo hi : Nat) : Nat :=
  if lo < hi then
    let mid := lo + (hi - lo) / 2
    if p mid then firstTrue p lo mid else firstTrue p (mid + 1) hi
  else lo
termination_by hi - lo

def Monotone (f : Nat → Int) : Prop := ∀ i j, i ≤ j → f i ≤ f j

def find (a : Array Int) (key : Int) : Option Nat := search (fun i => a[i]?.getD 0) key 0 a.size

section Soundness

variable {f : Nat → Int} {key : Int} {lo hi i : Nat}

/-- What is found is within the bounds. -/
theorem bounds_of_search (h : search f key lo hi = some i) : lo ≤ i ∧ i < hi := by
  sorry

/-- What is found is the key. -/
theorem eq_of_search (h : search f key lo hi = some i) : f i = key := by
  sorry

theorem search_empty (h : hi ≤ lo) : search f key lo hi = none := by
  sorry

end Soundness

section Completeness

variable {f : Nat → Int} {key : Int} {lo hi : Nat}

/-- If the search fails, the key is not there. -/
theorem ne_of_search_eq_none (hf : Monotone f) (h : search f key lo hi = none) (i : Nat) (hl : lo ≤ i) (hh : i < hi) :
    f i ≠ key := by
  sorry

/-- Success and presence are the same thing. -/
theorem isSome_search_iff (hf : Monotone f) :
    (search f key lo hi).isSome = true ↔ ∃ i, lo ≤ i ∧ i < hi ∧ f i = key := by
  sorry

end Completeness

section FirstTrue

variable {p : Nat → Bool} {lo hi : Nat}

theorem firstTrue_bounds (h : lo ≤ hi) : lo ≤ firstTrue p lo hi ∧ firstTrue p lo hi ≤ hi := by
  sorry

theorem firstTrue_spec (h : firstTrue p lo hi < hi) : p (firstTrue p lo hi) = true := by
  sorry

theorem not_of_lt_firstTrue (hp : ∀ i j, i ≤ j → p i = true → p j = true) (i : Nat) (hl : lo ≤ i)
    (h : i < firstTrue p lo hi) : p i = false := by
  sorry

end FirstTrue

theorem find_sound {a : Array Int} {key : Int} {i : Nat} (h : find a key = some i) : a[i]? = some key := by
  sorry

end BinarySearch
