unsafe def target : 3 ^ 4 = 81 := target
