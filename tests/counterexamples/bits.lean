/-! Fixed widths: overflow, wrap-around, bounds. -/

namespace Bits

theorem false_add_lt (a b : UInt8) : a ≤ a + b := by sorry -- a := 1, b := 255
-- proof: exact BitVec.add_comm a b
theorem true_add_comm (a b : BitVec 8) : a + b = b + a := by sorry
theorem false_bv_pos (a : BitVec 4) : a < a + 1 := by sorry -- a := 15
-- proof: exact BitVec.sub_self a
theorem true_bv_sub (a : BitVec 8) : a - a = 0 := by sorry
theorem false_bv_neg (a : BitVec 8) (h : a = -a) : a = 0 := by sorry -- a := 128
theorem false_uint_double (a : UInt8) : (a + a).toNat = a.toNat + a.toNat := by sorry -- a := 255
theorem false_uint64 (a : UInt64) : a + 1 ≠ 0 := by sorry -- a := 18446744073709551615
-- proof: exact x.isLt
theorem true_fin (n : Nat) (x : Fin n) : x.val < n := by sorry
theorem false_fin (n : Nat) (x : Fin n) : x.val + 1 < n := by sorry -- n := 1, x := 0
theorem false_fin_wrap (x : Fin 4) : x < x + 1 := by sorry -- x := 3
-- proof: exact x.elim0
theorem vacuous_fin (x : Fin 0) : x.val = 3 := by sorry
theorem false_width (w : Nat) (a b : BitVec w) : a = b := by sorry -- w := 1, a := 0, b := 1
-- proof: exact Subsingleton.elim a b
theorem true_width (a b : BitVec 0) : a = b := by sorry
theorem false_vector (v : Vector Nat 2) : v.toList = [0, 0] := by sorry -- v := #v[0, 1]
-- proof: exact Nat.and_comm a b
theorem true_land (a b : Nat) : a &&& b = b &&& a := by sorry
theorem false_land (a b : Nat) : a &&& b = a := by sorry -- a := 1, b := 0

end Bits
