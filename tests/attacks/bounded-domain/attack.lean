theorem target (n : Fin 5) : n.val ^ 2 + n.val = n.val * (n.val + 1) := by
  revert n; decide
