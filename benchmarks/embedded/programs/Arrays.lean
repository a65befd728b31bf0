/-! Loops over arrays and lists with an index. -/

namespace Arrays

def sumFrom (xs : Array Nat) (i : Nat) : Nat :=
  if h : i < xs.size then xs[i] + sumFrom xs (i + 1) else 0
termination_by xs.size - i

def countFrom (p : Nat → Bool) (xs : Array Nat) (i : Nat) : Nat :=
  if h : i < xs.size then (if p xs[i] then 1 else 0) + countFrom p xs (i + 1) else 0
termination_by xs.size - i

def bump (xs : Array Nat) : Array Nat := xs.map (· + 1)

def sumLoop (xs : Array Nat) : Nat := xs.foldl (· + ·) 0

theorem size_bump (xs : Array Nat) : (bump xs).size = xs.size := by
  sorry

theorem sumFrom_size (xs : Array Nat) : sumFrom xs xs.size = 0 := by
  sorry

theorem countFrom_le (p : Nat → Bool) (xs : Array Nat) (i : Nat) : countFrom p xs i ≤ xs.size - i := by
  sorry

theorem bump_get (xs : Array Nat) (i : Nat) (h : i < (bump xs).size) (h' : i < xs.size) : (bump xs)[i] = xs[i] + 1 := by
  sorry

theorem sumLoop_eq (xs : Array Nat) : sumLoop xs = xs.toList.sum := by
  sorry

theorem countFrom_false (xs : Array Nat) (i : Nat) : countFrom (fun _ => false) xs i = 0 := by
  sorry

theorem sumFrom_past (xs : Array Nat) (i : Nat) (h : xs.size ≤ i) : sumFrom xs i = 0 := by
  sorry

theorem sumFrom_zero (xs : Array Nat) (h : xs.size = 0) : sumFrom xs 0 = 0 := by
  sorry

end Arrays
