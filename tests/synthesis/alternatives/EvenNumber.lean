/-! Whether a number is even, without dividing. Another correct program (the program only: its proofs are open). -/

namespace EvenNumber

def isEven (n : Nat) : Bool := n % 2 == 0

theorem isEven_iff (n : Nat) : isEven n = true ↔ n % 2 = 0 := by
  sorry

end EvenNumber
