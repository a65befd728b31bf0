/-!
Reversing a list twice over: the plain way, and by moving its elements onto another list.
The first theorem needs a lemma about every second list; the last one is false.
-/

namespace Reverse

def rev : List Nat → List Nat
  | [] => []
  | x :: xs => rev xs ++ [x]

def onto : List Nat → List Nat → List Nat
  | [], acc => acc
  | x :: xs, acc => onto xs (x :: acc)

/-- Auxiliary: what is there stays behind what is moved. -/
theorem onto_append (xs acc : List Nat) : onto xs acc = rev xs ++ acc := by
  induction xs generalizing acc with
  | nil => rfl
  | cons x xs ih => simp [onto, rev, ih]

theorem onto_eq_rev (xs : List Nat) : onto xs [] = rev xs := by
  simp [onto_append]

theorem rev_append (xs ys : List Nat) : rev (xs ++ ys) = rev xs ++ rev ys := by
  sorry

/-- Disproof of `rev_append`, the one statement of the specification that is false. -/
theorem not_rev_append : ¬∀ xs ys : List Nat, rev (xs ++ ys) = rev xs ++ rev ys := by
  intro h
  exact absurd (h [0] [1]) (by decide)

end Reverse
