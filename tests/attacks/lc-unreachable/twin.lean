theorem target : 3 ^ 4 = 81 := by
  exact (nofun : 3 ^ 4 ≠ 81 → False) |> Decidable.of_not_not
