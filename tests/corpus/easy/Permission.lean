/-! Permission bits of a file in a byte. -/

def readBit : BitVec 8 := 4#8
def writeBit : BitVec 8 := 2#8

def grant (p bit : BitVec 8) : BitVec 8 := p ||| bit
def revoke (p bit : BitVec 8) : BitVec 8 := p &&& ~~~bit
def has (p bit : BitVec 8) : Bool := p &&& bit == bit

theorem has_grant (p bit : BitVec 8) : has (grant p bit) bit = true := by
  sorry

theorem grant_grant (p bit : BitVec 8) : grant (grant p bit) bit = grant p bit := by
  sorry

theorem write_of_revoke_read (p : BitVec 8) : has (revoke p readBit) writeBit = has p writeBit := by
  sorry
