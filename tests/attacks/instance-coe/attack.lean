local instance (priority := high) : NatCast Int := ⟨fun _ => 0⟩
local instance (priority := high) : IntCast Int := ⟨fun _ => 0⟩
theorem target (a b : Nat) (h : (a : Int) = (b : Int)) : (a : Int) - (b : Int) = 0 := by
  rfl
