/-! The cipher of Caesar on the letters `a` to `z`; everything else stays as it is. -/

namespace Caesar

def isLetter (c : Char) : Bool := 'a' ≤ c && c ≤ 'z'

def shift (k : Nat) (c : Char) : Char :=
  if isLetter c then Char.ofNat (97 + (c.toNat - 97 + k) % 26) else c

def encode (k : Nat) (text : List Char) : List Char := text.map (shift k)

def decode (k : Nat) (text : List Char) : List Char := encode (26 - k % 26) text

/-- Auxiliary -/
theorem toNat_ofNat (n : Nat) (h : n < 200) : (Char.ofNat n).toNat = n := by
  have : n.isValidChar := by simp [Nat.isValidChar]; omega
  simp [Char.ofNat, this, Char.ofNatAux, Char.toNat]

/-- Auxiliary -/
theorem isLetter_iff (c : Char) : isLetter c = true ↔ 97 ≤ c.toNat ∧ c.toNat ≤ 122 := by
  simp [isLetter, Char.le_def, UInt32.le_iff_toNat_le, Char.toNat]

/-- Auxiliary -/
theorem toNat_injective {c d : Char} (h : c.toNat = d.toNat) : c = d := by
  apply Char.ext
  exact UInt32.toNat.inj h

/-- Auxiliary -/
theorem shift_shift (j k : Nat) (c : Char) : shift j (shift k c) = shift (j + k) c := by
  by_cases h : isLetter c = true
  · have hl := (isLetter_iff c).mp h
    have e : (shift k c).toNat = 97 + (c.toNat - 97 + k) % 26 := by
      rw [shift, if_pos h]
      exact toNat_ofNat _ (by omega)
    have h' : isLetter (shift k c) = true := by rw [isLetter_iff, e]; omega
    apply toNat_injective
    conv => lhs; rw [shift]
    rw [if_pos h', toNat_ofNat _ (by omega), e]
    conv => rhs; rw [shift]
    rw [if_pos h, toNat_ofNat _ (by omega)]
    omega
  · simp [shift, h]

theorem encode_encode (j k : Nat) (text : List Char) : encode j (encode k text) = encode (j + k) text := by
  simp [encode, shift_shift]

theorem decode_encode (k : Nat) (text : List Char) : decode k (encode k text) = text := by
  rw [decode, encode_encode]
  have h (c : Char) : shift (26 - k % 26 + k) c = c := by
    by_cases h : isLetter c = true
    · have hl := (isLetter_iff c).mp h
      apply toNat_injective
      rw [shift, if_pos h, toNat_ofNat _ (by omega)]
      omega
    · simp [shift, h]
  simp [encode, show shift (26 - k % 26 + k) = id from funext h]

end Caesar
