section
variable (a b : Fin 1)
theorem target : a + b = b + a := by
  exact Subsingleton.elim _ _
end
