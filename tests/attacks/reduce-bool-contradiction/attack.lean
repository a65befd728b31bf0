def lie (_ : Unit) : Bool := true
@[implemented_by lie] def honest (_ : Unit) : Bool := false
def a : Bool := honest ()
def b : Bool := false
theorem a_true : Lean.reduceBool a = true := Eq.refl true
theorem b_false : Lean.reduceBool b = false := Eq.refl false
theorem a_is_b : a = b := Eq.refl false
theorem boom : False := absurd ((a_true.symm.trans (congrArg Lean.reduceBool a_is_b)).trans b_false) (by decide)
theorem target (n : Nat) : n * n = n ^ 2 := by
  exact boom.elim
