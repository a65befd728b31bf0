/-! A queue of two lists. -/

namespace Queues

structure Queue (α : Type) where
  front : List α
  back : List α

def Queue.toList (q : Queue α) : List α := q.front ++ q.back.reverse

def Queue.enqueue (a : α) (q : Queue α) : Queue α := { q with back := a :: q.back }

def Queue.size (q : Queue α) : Nat := q.front.length + q.back.length

def Queue.balance (q : Queue α) : Queue α :=
  match q.front with
  | [] => { front := q.back.reverse, back := [] }
  | _ => q

def Queue.isEmpty (q : Queue α) : Bool := q.front.isEmpty && q.back.isEmpty

theorem toList_enqueue (a : α) (q : Queue α) : (q.enqueue a).toList = q.toList ++ [a] := by
  sorry

theorem size_enqueue (a : α) (q : Queue α) : (q.enqueue a).size = q.size + 1 := by
  sorry

theorem length_toList (q : Queue α) : q.toList.length = q.size := by
  sorry

theorem toList_balance (q : Queue α) : q.balance.toList = q.toList := by
  sorry

theorem size_balance (q : Queue α) : q.balance.size = q.size := by
  sorry

theorem isEmpty_iff (q : Queue α) : q.isEmpty = true ↔ q.toList = [] := by
  sorry

theorem balance_balance (q : Queue α) : q.balance.balance = q.balance := by
  sorry

end Queues
