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

def encode (xs : List Nat) : List (Nat × Nat) :=
  match xs with
  | [] => []
  | x :: rest =>
    match encode rest with
    | [] => [(1, x)]
    | (n, y) :: runs => if x = y then (n + 1, y) :: runs else (1, x) :: (n, y) :: runs

theorem decode_encode (xs : List Nat) : decode (encode xs) = xs := by
  induction xs with
  | nil => rfl
  | cons x rest ih =>
    simp only [encode]
    split
    · rename_i h; rw [h, decode] at ih; simp [decode, ← ih]
    · rename_i n y runs h
      rw [h] at ih
      split
      · rename_i hxy; subst hxy; simp [decode, List.replicate_succ] at ih ⊢; exact ih
      · simp [decode] at ih ⊢; exact ih

theorem encode_tight (xs : List Nat) : Tight (encode xs) = true := by
  induction xs with
  | nil => rfl
  | cons x rest ih =>
    simp only [encode]
    split
    · simp [Tight]
    · rename_i n y runs h
      rw [h] at ih
      split
      · cases runs with
        | nil => simp [Tight]
        | cons r runs => simp [Tight] at ih ⊢; grind
      · simp [Tight, ih]; assumption

example : encode [7, 7, 7, 4] = [(3, 7), (1, 4)] := by decide

end RunLengths
