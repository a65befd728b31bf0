set_option autoImplicit true

def balance : Int := 7 - 5

theorem target : 0 ≤ balance := by
  decide
