/-! Counting votes in an association list. -/

namespace Tally

variable {α : Type} [DecidableEq α]

/-- One vote more for `x`. -/
def bump (x : α) : List (α × Nat) → List (α × Nat)
  | [] => [(x, 1)]
  | (y, n) :: t => if x = y then (y, n + 1) :: t else (y, n) :: bump x t

def tally (xs : List α) : List (α × Nat) := xs.foldl (fun t x => bump x t) []

def votes (x : α) : List (α × Nat) → Nat
  | [] => 0
  | (y, n) :: t => if x = y then n else votes x t

def total (t : List (α × Nat)) : Nat := (t.map Prod.snd).sum

theorem votes_tally (x : α) (xs : List α) : votes x (tally xs) = xs.count x := by
  sorry

theorem total_tally (xs : List α) : total (tally xs) = xs.length := by
  sorry

end Tally
