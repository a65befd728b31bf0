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
  fun_induction search f key lo hi <;> grind

/-- What is found is the key. -/
theorem eq_of_search (h : search f key lo hi = some i) : f i = key := by
  fun_induction search f key lo hi <;> grind

theorem search_empty (h : hi ≤ lo) : search f key lo hi = none := by
  grind [search]

end Soundness

section Completeness

variable {f : Nat → Int} {key : Int} {lo hi : Nat}

/-- If the search fails, the key is not there. -/
theorem ne_of_search_eq_none (hf : Monotone f) (h : search f key lo hi = none) (i : Nat) (hl : lo ≤ i) (hh : i < hi) :
    f i ≠ key := by
  fun_induction search f key lo hi with
  | case1 => simp at h
  | case2 lo hi _ mid h₁ h₂ ih =>
    by_cases hi' : mid + 1 ≤ i
    · exact ih h hi' hh
    · have := hf i mid (by omega)
      omega
  | case3 lo hi _ mid h₁ h₂ ih =>
    by_cases hi' : i < mid
    · exact ih h hl hi'
    · have := hf mid i (by omega)
      omega
  | case4 => omega

/-- Success and presence are the same thing. -/
theorem isSome_search_iff (hf : Monotone f) :
    (search f key lo hi).isSome = true ↔ ∃ i, lo ≤ i ∧ i < hi ∧ f i = key := by
  constructor
  · intro h
    obtain ⟨i, hi⟩ := Option.isSome_iff_exists.mp h
    exact ⟨i, (bounds_of_search hi).1, (bounds_of_search hi).2, eq_of_search hi⟩
  · rintro ⟨i, hl, hh, he⟩
    cases hs : search f key lo hi with
    | some _ => rfl
    | none => exact absurd he (ne_of_search_eq_none hf hs i hl hh)

end Completeness

section FirstTrue

variable {p : Nat → Bool} {lo hi : Nat}

theorem firstTrue_bounds (h : lo ≤ hi) : lo ≤ firstTrue p lo hi ∧ firstTrue p lo hi ≤ hi := by
  fun_induction firstTrue p lo hi <;> grind

theorem firstTrue_spec (h : firstTrue p lo hi < hi) : p (firstTrue p lo hi) = true := by
  fun_induction firstTrue p lo hi with
  | case1 lo hi _ mid hm ih =>
    by_cases hlt : firstTrue p lo mid < mid
    · exact ih hlt
    · have := firstTrue_bounds (p := p) (lo := lo) (hi := mid) (by omega)
      rw [show firstTrue p lo mid = mid by omega]
      exact hm
  | case2 lo hi _ mid _ ih => exact ih h
  | case3 => omega

theorem not_of_lt_firstTrue (hp : ∀ i j, i ≤ j → p i = true → p j = true) (i : Nat) (hl : lo ≤ i)
    (h : i < firstTrue p lo hi) : p i = false := by
  fun_induction firstTrue p lo hi with
  | case1 lo hi _ mid _ ih => exact ih hl h
  | case2 lo hi _ mid hm ih =>
    by_cases hi' : mid + 1 ≤ i
    · exact ih hi' h
    · have := hp i mid (by omega)
      grind
  | case3 => omega

end FirstTrue

theorem find_sound {a : Array Int} {key : Int} {i : Nat} (h : find a key = some i) : a[i]? = some key := by
  have hb := bounds_of_search h
  have he := eq_of_search h
  grind

end BinarySearch
