/-! A counter and a toggle as state machines. -/

namespace Machines

inductive Event
  | tick
  | reset
  | skip
deriving DecidableEq

def next : Nat → Event → Nat
  | n, .tick => n + 1
  | _, .reset => 0
  | n, .skip => n

def run (n : Nat) : List Event → Nat
  | [] => n
  | e :: es => run (next n e) es

def ticks : List Event → Nat
  | [] => 0
  | .tick :: es => ticks es + 1
  | _ :: es => ticks es

def clean : List Event → List Event
  | [] => []
  | .skip :: es => clean es
  | e :: es => e :: clean es

theorem run_append (n : Nat) (xs ys : List Event) : run n (xs ++ ys) = run (run n xs) ys := by
  sorry

theorem run_le (n : Nat) (es : List Event) : run n es ≤ n + ticks es := by
  sorry

theorem run_clean (n : Nat) (es : List Event) : run n (clean es) = run n es := by
  sorry

theorem ticks_clean (es : List Event) : ticks (clean es) = ticks es := by
  sorry

theorem run_reset (m n : Nat) (es : List Event) : run m (.reset :: es) = run n (.reset :: es) := by
  sorry

theorem run_ticks (n : Nat) (es : List Event) (h : ∀ e ∈ es, e = .tick) : run n es = n + es.length := by
  sorry

theorem length_clean (es : List Event) : (clean es).length ≤ es.length := by
  sorry

theorem clean_clean (es : List Event) : clean (clean es) = clean es := by
  sorry

end Machines
