/-! Storing a series of readings by its differences, and by differences of differences. -/

namespace Delta

def encode (last : Int) : List Int → List Int
  | [] => []
  | x :: xs => (x - last) :: encode x xs

def decode (last : Int) : List Int → List Int
  | [] => []
  | d :: ds => (last + d) :: decode (last + d) ds

/-- Differences of differences, and so on. -/
def encodeN : Nat → List Int → List Int
  | 0, xs => xs
  | n + 1, xs => encodeN n (encode 0 xs)

def decodeN : Nat → List Int → List Int
  | 0, xs => xs
  | n + 1, xs => decode 0 (decodeN n xs)

def last (x : Int) : List Int → Int
  | [] => x
  | y :: ys => last y ys

/-- Auxiliary -/
theorem decode_encode (a : Int) (xs : List Int) : decode a (encode a xs) = xs := by
  induction xs generalizing a with
  | nil => rfl
  | cons x xs ih => simp only [encode, decode]; grind

theorem decodeN_encodeN (n : Nat) (xs : List Int) : decodeN n (encodeN n xs) = xs := by
  induction n generalizing xs with
  | zero => rfl
  | succ n ih => simp [encodeN, decodeN, ih, decode_encode]

/-- The differences add up to the way from the first reading to the last. -/
theorem sum_encode (a : Int) (xs : List Int) : (encode a xs).sum = last a xs - a := by
  induction xs generalizing a with
  | nil => simp [encode, last]
  | cons x xs ih => simp [encode, last, ih]; omega

theorem length_encodeN (n : Nat) (xs : List Int) : (encodeN n xs).length = xs.length := by
  have h : ∀ (xs : List Int) a, (encode a xs).length = xs.length := by
    intro xs
    induction xs with
    | nil => intro a; rfl
    | cons x xs ih => intro a; simp [encode, ih]
  induction n generalizing xs with
  | zero => rfl
  | succ n ih => rw [encodeN, ih, h]

end Delta
