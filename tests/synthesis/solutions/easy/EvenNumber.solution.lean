/-! Whether a number is even, without dividing. -/

namespace EvenNumber

def isEven (n : Nat) : Bool :=
  match n with
  | 0 => true
  | m + 1 => !isEven m

theorem isEven_iff (n : Nat) : isEven n = true ↔ n % 2 = 0 := by
  induction n with
  | zero => simp [isEven]
  | succ m ih => simp only [isEven, Bool.not_eq_true', ← Bool.not_eq_true, ih]; omega

end EvenNumber
