/-! Functions as finite maps. -/

namespace Maps

def update (m : Nat → Nat) (k v : Nat) : Nat → Nat := fun x => if x = k then v else m x

def sumUpTo (m : Nat → Nat) : Nat → Nat
  | 0 => 0
  | n + 1 => sumUpTo m n + m n

def anyBelow (p : Nat → Bool) : Nat → Bool
  | 0 => false
  | n + 1 => anyBelow p n || p n

theorem update_same (m : Nat → Nat) (k v : Nat) : update m k v k = v := by
  sorry

theorem update_other (m : Nat → Nat) (k v x : Nat) (h : x ≠ k) : update m k v x = m x := by
  sorry

theorem update_update (m : Nat → Nat) (k v w : Nat) : update (update m k v) k w = update m k w := by
  sorry

theorem update_comm (m : Nat → Nat) (j k v w : Nat) (h : j ≠ k) : update (update m j v) k w = update (update m k w) j v := by
  sorry

theorem sumUpTo_update (m : Nat → Nat) (k v n : Nat) (h : n ≤ k) : sumUpTo (update m k v) n = sumUpTo m n := by
  sorry

theorem sumUpTo_const (c n : Nat) : sumUpTo (fun _ => c) n = n * c := by
  sorry

theorem sumUpTo_add (f g : Nat → Nat) (n : Nat) : sumUpTo (fun i => f i + g i) n = sumUpTo f n + sumUpTo g n := by
  sorry

theorem anyBelow_true (p : Nat → Bool) (n k : Nat) (h : k < n) (hk : p k = true) : anyBelow p n = true := by
  sorry

theorem sumUpTo_mono (f g : Nat → Nat) (n : Nat) (h : ∀ i, f i ≤ g i) : sumUpTo f n ≤ sumUpTo g n := by
  sorry

end Maps
