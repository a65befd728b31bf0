/-! A stack machine with a counter. -/

namespace Stack

inductive Op
  | push (n : Nat)
  | pop
  | add

def step : Op → List Nat → List Nat
  | .push n, s => n :: s
  | .pop, [] => []
  | .pop, _ :: s => s
  | .add, x :: y :: s => (x + y) :: s
  | .add, s => s

def exec : List Op → List Nat → List Nat
  | [], s => s
  | op :: ops, s => exec ops (step op s)

def pushes : List Op → Nat
  | [] => 0
  | .push _ :: ops => pushes ops + 1
  | _ :: ops => pushes ops

theorem exec_append (p q : List Op) (s : List Nat) : exec (p ++ q) s = exec q (exec p s) := by
  sorry

theorem push_pop (n : Nat) (s : List Nat) : exec [.push n, .pop] s = s := by
  sorry

theorem push_push_add (m n : Nat) (s : List Nat) : exec [.push m, .push n, .add] s = (n + m) :: s := by
  sorry

theorem pushes_append (p q : List Op) : pushes (p ++ q) = pushes p + pushes q := by
  sorry

theorem length_step (op : Op) (s : List Nat) : (step op s).length ≤ s.length + 1 := by
  sorry

theorem length_exec (p : List Op) (s : List Nat) : (exec p s).length ≤ s.length + pushes p := by
  sorry

end Stack
