/-! Elections by counting votes. -/

namespace Priority

def votes (c : Nat) : List Nat → Nat
  | [] => 0
  | v :: vs => if v = c then votes c vs + 1 else votes c vs

def without (c : Nat) : List Nat → List Nat
  | [] => []
  | v :: vs => if v = c then without c vs else v :: without c vs

def wins (c : Nat) (vs : List Nat) : Bool := decide (2 * votes c vs > vs.length)

def replaceAll (a b : Nat) : List Nat → List Nat
  | [] => []
  | v :: vs => (if v = a then b else v) :: replaceAll a b vs

theorem votes_le (c : Nat) (vs : List Nat) : votes c vs ≤ vs.length := by
  sorry

theorem votes_without (c : Nat) (vs : List Nat) : votes c (without c vs) = 0 := by
  sorry

theorem length_without (c : Nat) (vs : List Nat) : (without c vs).length + votes c vs = vs.length := by
  sorry

theorem votes_other (c d : Nat) (vs : List Nat) (h : c ≠ d) : votes c (without d vs) = votes c vs := by
  sorry

theorem wins_unique (c d : Nat) (vs : List Nat) (h : c ≠ d) (hc : wins c vs = true) : wins d vs = false := by
  sorry

theorem votes_add (c d : Nat) (vs : List Nat) (h : c ≠ d) : votes c vs + votes d vs ≤ vs.length := by
  sorry

theorem replaceAll_self (a : Nat) (vs : List Nat) : replaceAll a a vs = vs := by
  sorry

theorem length_replaceAll (a b : Nat) (vs : List Nat) : (replaceAll a b vs).length = vs.length := by
  sorry

theorem votes_eq_count (c : Nat) (vs : List Nat) : votes c vs = vs.count c := by
  sorry

theorem votes_replaceAll (a b : Nat) (vs : List Nat) (h : a ≠ b) : votes a (replaceAll a b vs) = 0 := by
  sorry

theorem without_without (c : Nat) (vs : List Nat) : without c (without c vs) = without c vs := by
  sorry

end Priority
