/-! A queue of two lists: elements leave `front` and join `back`, which is in reverse. Another correct program (the program only: its proofs are open). -/

namespace TwoListQueue

structure Queue where
  front : List Nat
  back : List Nat
  deriving DecidableEq

/-- The elements, the oldest first. -/
def Queue.toList (q : Queue) : List Nat := q.front ++ q.back.reverse

def push (q : Queue) (x : Nat) : Queue := { front := q.front ++ q.back.reverse ++ [x], back := [] }

def pop (q : Queue) : Option (Nat × Queue) :=
  match q.front ++ q.back.reverse with
  | [] => none
  | x :: rest => some (x, { front := rest, back := [] })

theorem toList_push (q : Queue) (x : Nat) : (push q x).toList = q.toList ++ [x] := by
  sorry

theorem pop_eq_none (q : Queue) : pop q = none ↔ q.toList = [] := by
  sorry

theorem toList_of_pop (q rest : Queue) (x : Nat) (h : pop q = some (x, rest)) : q.toList = x :: rest.toList := by
  sorry

end TwoListQueue
