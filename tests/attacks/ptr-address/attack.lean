unsafe def address : Nat := (ptrAddrUnsafe 5).toNat
theorem target : 3 ^ 4 = 81 := by
  exact absurd (rfl : address = address) (by native_decide)
