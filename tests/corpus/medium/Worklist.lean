/-! Adding up a tree with a list of work that is still to be done, instead of recursion on both sides. -/

namespace Worklist

inductive Tree where
  | tip (n : Nat)
  | fork (l r : Tree)

def total : Tree → Nat
  | .tip n => n
  | .fork l r => total l + total r

def nodes : Tree → Nat
  | .tip _ => 1
  | .fork l r => nodes l + nodes r + 1

def work : List Tree → Nat
  | [] => 0
  | t :: ts => nodes t + work ts

def loop (acc : Nat) : List Tree → Nat
  | [] => acc
  | .tip n :: ts => loop (acc + n) ts
  | .fork l r :: ts => loop acc (l :: r :: ts)
termination_by ts => work ts
decreasing_by all_goals simp [work, nodes]; try omega

def leaves : Tree → List Nat
  | .tip n => [n]
  | .fork l r => leaves l ++ leaves r

theorem loop_total (t : Tree) : loop 0 [t] = total t := by
  sorry

/-- The loop sees the leaves from left to right. -/
theorem loop_leaves (ts : List Tree) : loop 0 ts = (ts.flatMap leaves).sum := by
  sorry

end Worklist
