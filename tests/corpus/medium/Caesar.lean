/-! The cipher of Caesar on the letters `a` to `z`; everything else stays as it is. -/

namespace Caesar

def isLetter (c : Char) : Bool := 'a' ≤ c && c ≤ 'z'

def shift (k : Nat) (c : Char) : Char :=
  if isLetter c then Char.ofNat (97 + (c.toNat - 97 + k) % 26) else c

def encode (k : Nat) (text : List Char) : List Char := text.map (shift k)

def decode (k : Nat) (text : List Char) : List Char := encode (26 - k % 26) text

theorem encode_encode (j k : Nat) (text : List Char) : encode j (encode k text) = encode (j + k) text := by
  sorry

theorem decode_encode (k : Nat) (text : List Char) : decode k (encode k text) = text := by
  sorry

end Caesar
