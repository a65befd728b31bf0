universe u
theorem target {α : Type u} {β : Type u} (p : α × β) : (p.1, p.2) = p := by
  rfl
