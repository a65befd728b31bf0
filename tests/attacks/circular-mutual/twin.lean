set_option warn.sorry false
theorem mirror (n : Nat) : n ^ 2 = n * n := Nat.pow_two n
theorem target (n : Nat) : n * n = n ^ 2 := (mirror n).symm
