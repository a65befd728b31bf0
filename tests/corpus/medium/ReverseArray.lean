/-! Turning an array around in place, by swapping from both ends. -/

namespace ReverseArray

variable {α : Type}

def loop (a : Array α) (i j : Nat) (h : j < a.size) : Array α :=
  if hij : i < j then loop (a.swap i j (by omega) h) (i + 1) (j - 1) (by simp; omega) else a
termination_by j - i

def reverse (a : Array α) : Array α := if h : 0 < a.size then loop a 0 (a.size - 1) (by omega) else a

theorem size_reverse (a : Array α) : (reverse a).size = a.size := by
  sorry

theorem getElem?_reverse (a : Array α) (k : Nat) (h : k < a.size) : (reverse a)[k]? = a[a.size - 1 - k]? := by
  sorry

theorem reverse_reverse (a : Array α) : reverse (reverse a) = a := by
  sorry

end ReverseArray
