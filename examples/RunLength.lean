/-!
# Run-length encoding

`encode` turns a list into runs `(element, how often)`; `decode` spreads them out again. Decoding what was encoded gives
the input back, and what comes out of `encode` is in normal form: no empty run, no two neighbours with one element.
-/

namespace RunLength

universe u

variable {α : Type u}

abbrev Runs (α : Type u) := List (α × Nat)

/-- Put one element in front of an encoded list. -/
def cons [DecidableEq α] (x : α) : Runs α → Runs α
  | [] => [(x, 1)]
  | (y, n) :: rs => if x = y then (y, n + 1) :: rs else (x, 1) :: (y, n) :: rs

def encode [DecidableEq α] : List α → Runs α
  | [] => []
  | x :: xs => cons x (encode xs)

/-- Runs of length zero are allowed here, and vanish. -/
def decode : Runs α → List α
  | [] => []
  | (x, n) :: rs => List.replicate n x ++ decode rs

def Positive (rs : Runs α) : Prop := ∀ r ∈ rs, 0 < r.2

/-- Neighbouring runs have different elements. -/
def Separated : Runs α → Prop
  | [] => True
  | [_] => True
  | (x, _) :: (y, n) :: rs => x ≠ y ∧ Separated ((y, n) :: rs)

def total : Runs α → Nat
  | [] => 0
  | (_, n) :: rs => n + total rs

theorem decode_append (rs ss : Runs α) : decode (rs ++ ss) = decode rs ++ decode ss := by
  sorry

theorem length_decode (rs : Runs α) : (decode rs).length = total rs := by
  sorry

variable [DecidableEq α]

theorem decode_cons (x : α) (rs : Runs α) : decode (cons x rs) = x :: decode rs := by
  sorry

/-- Nothing is lost. -/
theorem decode_encode (xs : List α) : decode (encode xs) = xs := by
  sorry

theorem encode_injective {xs ys : List α} (h : encode xs = encode ys) : xs = ys := by
  sorry

theorem total_encode (xs : List α) : total (encode xs) = xs.length := by
  sorry

theorem positive_encode (xs : List α) : Positive (encode xs) := by
  sorry

theorem separated_cons (x : α) (rs : Runs α) (h : Separated rs) : Separated (cons x rs) := by
  sorry

theorem separated_encode (xs : List α) : Separated (encode xs) := by
  sorry

theorem length_encode_le (xs : List α) : (encode xs).length ≤ xs.length := by
  sorry

/-- On runs in normal form, encoding is the inverse of decoding. -/
theorem encode_decode (rs : Runs α) (hp : Positive rs) (hs : Separated rs) : encode (decode rs) = rs := by
  sorry

example : encode "aaabcc".toList = [('a', 3), ('b', 1), ('c', 2)] := by sorry

end RunLength
