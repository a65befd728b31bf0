/-! Divisibility by definition. -/

def Divides (a b : Int) : Prop := ∃ k, b = a * k

theorem Divides.refl (a : Int) : Divides a a := by
  sorry

theorem Divides.trans {a b c : Int} (hab : Divides a b) (hbc : Divides b c) : Divides a c := by
  sorry

theorem Divides.linear {a b c : Int} (hb : Divides a b) (hc : Divides a c) (x y : Int) :
    Divides a (x * b + y * c) := by
  sorry
