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

theorem decodeN_encodeN (n : Nat) (xs : List Int) : decodeN n (encodeN n xs) = xs := by
  sorry

/-- The differences add up to the way from the first reading to the last. -/
theorem sum_encode (a : Int) (xs : List Int) : (encode a xs).sum = last a xs - a := by
  sorry

theorem length_encodeN (n : Nat) (xs : List Int) : (encodeN n xs).length = xs.length := by
  sorry

end Delta
