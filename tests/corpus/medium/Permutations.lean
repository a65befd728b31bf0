/-! All orders of a list: the right ones, all of them, and as many as there should be. -/

namespace Permutations

variable {α : Type}

/-- All ways to put `x` into a list. -/
def insertions (x : α) : List α → List (List α)
  | [] => [[x]]
  | y :: ys => (x :: y :: ys) :: (insertions x ys).map (y :: ·)

def perms : List α → List (List α)
  | [] => [[]]
  | x :: xs => (perms xs).flatMap (insertions x)

def fact : Nat → Nat
  | 0 => 1
  | n + 1 => (n + 1) * fact n

theorem mem_perms (xs ys : List α) : ys ∈ perms xs ↔ ys.Perm xs := by
  sorry

theorem length_perms (xs : List α) : (perms xs).length = fact xs.length := by
  sorry

end Permutations
