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

theorem onto_eq_rev (xs : List Nat) : onto xs [] = rev xs := by
  sorry

theorem rev_append (xs ys : List Nat) : rev (xs ++ ys) = rev xs ++ rev ys := by
  sorry

end Reverse
