/-! Divisibility by definition. -/

def Divides (a b : Int) : Prop := ∃ k, b = a * k

theorem Divides.refl (a : Int) : Divides a a := by
  exact ⟨1, by omega⟩

theorem Divides.trans {a b c : Int} (hab : Divides a b) (hbc : Divides b c) : Divides a c := by
  obtain ⟨k, rfl⟩ := hab
  obtain ⟨l, rfl⟩ := hbc
  exact ⟨k * l, by grind⟩

theorem Divides.linear {a b c : Int} (hb : Divides a b) (hc : Divides a c) (x y : Int) :
    Divides a (x * b + y * c) := by
  obtain ⟨k, rfl⟩ := hb
  obtain ⟨l, rfl⟩ := hc
  exact ⟨x * k + y * l, by grind⟩
