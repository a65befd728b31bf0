set_option autoImplicit true
set_option relaxedAutoImplicit true
abbrev Elem := Bool

theorem target (a b c : Elem) : a = b ∨ b = c ∨ a = c := by
  cases a <;> cases b <;> cases c <;> simp
