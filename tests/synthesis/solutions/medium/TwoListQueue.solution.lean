/-! A queue of two lists: elements leave `front` and join `back`, which is in reverse. -/

namespace TwoListQueue

structure Queue where
  front : List Nat
  back : List Nat
  deriving DecidableEq

/-- The elements, the oldest first. -/
def Queue.toList (q : Queue) : List Nat := q.front ++ q.back.reverse

def push (q : Queue) (x : Nat) : Queue :=
  { q with back := x :: q.back }

def pop (q : Queue) : Option (Nat × Queue) :=
  match q.front with
  | x :: rest => some (x, { q with front := rest })
  | [] =>
    match q.back.reverse with
    | [] => none
    | x :: rest => some (x, { front := rest, back := [] })

theorem toList_push (q : Queue) (x : Nat) : (push q x).toList = q.toList ++ [x] := by
  simp [push, Queue.toList]

theorem pop_eq_none (q : Queue) : pop q = none ↔ q.toList = [] := by
  unfold pop Queue.toList; grind

theorem toList_of_pop (q rest : Queue) (x : Nat) (h : pop q = some (x, rest)) : q.toList = x :: rest.toList := by
  unfold pop at h; unfold Queue.toList; grind

end TwoListQueue
