set_option warn.sorry false
def coerce : 3 ^ 4 = 81 := rfl
def proof : 3 ^ 4 = 81 := coerce
theorem target : 3 ^ 4 = 81 := by
  exact proof
