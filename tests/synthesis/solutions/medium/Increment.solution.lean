/-! Counting in binary: the least significant bit comes first. -/

namespace Increment

def value : List Bool → Nat
  | [] => 0
  | b :: bits => b.toNat + 2 * value bits

def increment (bits : List Bool) : List Bool :=
  match bits with
  | [] => [true]
  | false :: rest => true :: rest
  | true :: rest => false :: increment rest

theorem value_increment (bits : List Bool) : value (increment bits) = value bits + 1 := by
  induction bits with
  | nil => rfl
  | cons b rest ih => cases b <;> simp [increment, value, ih] <;> omega

/-- No bits are added that are not needed. -/
theorem getLast_increment (bits : List Bool) (h : bits.getLast? ≠ some false) :
    (increment bits).getLast? = some true := by
  induction bits with
  | nil => rfl
  | cons b rest ih =>
    cases b with
    | false =>
      cases rest with
      | nil => simp at h
      | cons c cs =>
        cases hl : (c :: cs).getLast? with
        | none => simp at hl
        | some l => cases l <;> simp_all [increment, List.getLast?_cons_cons]
    | true => cases rest with
      | nil => rfl
      | cons c cs =>
        have := ih (by simpa [List.getLast?_cons] using h)
        simp [increment, List.getLast?_cons, this]

end Increment
