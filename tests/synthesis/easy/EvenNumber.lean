/-! Whether a number is even, without dividing. -/

namespace EvenNumber

def isEven (n : Nat) : Bool := sorry

theorem isEven_iff (n : Nat) : isEven n = true ↔ n % 2 = 0 := by
  sorry

end EvenNumber
