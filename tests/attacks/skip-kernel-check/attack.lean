set_option debug.skipKernelTC true in
theorem lemma1 : 3 ^ 4 = 82 := by
  decide +kernel
theorem target : 3 ^ 4 = 81 := by
  exact absurd lemma1 (by decide)
