/-! Turning an array around in place, by swapping from both ends. -/

namespace ReverseArray

variable {α : Type}

def loop (a : Array α) (i j : Nat) (h : j < a.size) : Array α :=
  if hij : i < j then loop (a.swap i j (by omega) h) (i + 1) (j - 1) (by simp; omega) else a
termination_by j - i

def reverse (a : Array α) : Array α := if h : 0 < a.size then loop a 0 (a.size - 1) (by omega) else a

theorem size_reverse (a : Array α) : (reverse a).size = a.size := by
  have h : ∀ (a : Array α) i j h, (loop a i j h).size = a.size := by
    intro a i j h
    fun_induction loop a i j h <;> simp_all
  unfold reverse
  split <;> simp [h]

/-- Auxiliary: inside the bounds the positions are mirrored, outside nothing happens. -/
theorem getElem?_loop (a : Array α) (i j : Nat) (h : j < a.size) (k : Nat) :
    (loop a i j h)[k]? = if i ≤ k ∧ k ≤ j then a[i + j - k]? else a[k]? := by
  fun_induction loop a i j h with
  | case1 a i j h hij ih =>
    rw [ih]
    simp only [Array.getElem?_swap]
    grind
  | case2 a i j h hij => grind

theorem getElem?_reverse (a : Array α) (k : Nat) (h : k < a.size) : (reverse a)[k]? = a[a.size - 1 - k]? := by
  unfold reverse
  rw [dif_pos (by omega), getElem?_loop, if_pos (by omega)]
  congr 1
  omega

theorem reverse_reverse (a : Array α) : reverse (reverse a) = a := by
  apply Array.ext_getElem?
  intro k
  by_cases h : k < a.size
  · rw [getElem?_reverse _ _ (by rw [size_reverse]; exact h), size_reverse, getElem?_reverse _ _ (by omega)]
    congr 1
    omega
  · rw [Array.getElem?_eq_none (by rw [size_reverse, size_reverse]; omega), Array.getElem?_eq_none (by omega)]

end ReverseArray
