set_option autoImplicit false

theorem target (n : Nat) : Eq n n := Eq.refl n
