structure Pair where
  a : Nat
  b : Nat

def merge (p q : Pair) : Pair := ⟨p.a + q.a, p.b + q.b⟩

instance : Std.Associative merge := ⟨by intro p q r; simp [merge, Nat.add_assoc]⟩

theorem target (p q r : Pair) : merge (merge p q) r = merge p (merge q r) := by
  exact Std.Associative.assoc p q r
