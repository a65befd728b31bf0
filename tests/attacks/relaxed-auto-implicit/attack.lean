set_option autoImplicit true
set_option relaxedAutoImplicit true
abbrev Elem := Bool

theorem target [Subsingleton Elm] (a b c : Elm) : a = b ∨ b = c ∨ a = c := by
  exact Or.inl (Subsingleton.elim a b)
