theorem tell : Quot.lcInv (Quot.mk (fun _ _ : Bool => True) true) = true := rfl
theorem target : (Quot.mk (fun _ _ : Bool => True) true) = Quot.mk _ false := by
  exact absurd tell (by simp [Quot.lcInv])
