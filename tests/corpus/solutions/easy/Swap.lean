/-! Swapping the two halves of a pair, and two variables by arithmetic. -/

def swap {α β : Type} (p : α × β) : β × α := (p.2, p.1)

/-- Swap without a third variable: `a := a + b; b := a - b; a := a - b`. -/
def arithSwap (a b : Int) : Int × Int :=
  let a := a + b
  let b := a - b
  let a := a - b
  (a, b)

theorem swap_swap {α β : Type} (p : α × β) : swap (swap p) = p := by
  rfl

theorem arithSwap_eq (a b : Int) : arithSwap a b = swap (a, b) := by
  simp [arithSwap, swap]; omega
