def address : Nat := 5
theorem target : 3 ^ 4 = 81 := by
  exact (fun _ : address = address => rfl) rfl
