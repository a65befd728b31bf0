/-! Run-length encoding. -/

namespace RunLengths

def decode : List (Nat × Nat) → List Nat
  | [] => []
  | (n, x) :: runs => List.replicate n x ++ decode runs

/-- No run is empty, and neighbours differ. -/
def Tight : List (Nat × Nat) → Bool
  | [] => true
  | [(n, _)] => n != 0
  | (n, x) :: (m, y) :: runs => n != 0 && x != y && Tight ((m, y) :: runs)

def encode (xs : List Nat) : List (Nat × Nat) := sorry

theorem decode_encode (xs : List Nat) : decode (encode xs) = xs := by
  sorry

theorem encode_tight (xs : List Nat) : Tight (encode xs) = true := by
  sorry

example : encode [7, 7, 7, 4] = [(3, 7), (1, 4)] := by sorry

end RunLengths
