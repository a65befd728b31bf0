/-! The element that makes up more than half of a list, if there is one. Another correct program (the program only: its proofs are open). -/

namespace MajorityVote

/-- Boyer and Moore: a candidate and how far it is ahead. -/
def vote (winner ahead : Nat) : List Nat → Nat
  | [] => winner
  | x :: rest =>
    if ahead = 0 then vote x 1 rest
    else if x = winner then vote winner (ahead + 1) rest
    else vote winner (ahead - 1) rest

def majority (xs : List Nat) : Option Nat :=
  if xs.length < 2 * xs.count (vote 0 0 xs) then some (vote 0 0 xs) else none

theorem majority_sound (xs : List Nat) (x : Nat) (h : majority xs = some x) : xs.length < 2 * xs.count x := by
  sorry

theorem majority_complete (xs : List Nat) (x : Nat) (h : xs.length < 2 * xs.count x) : majority xs = some x := by
  sorry

example : majority [1, 2, 1] = some 1 := by sorry

end MajorityVote
