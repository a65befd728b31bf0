/-! Pairing two lists up and taking the pairs apart. -/

def pairUp {α β : Type} : List α → List β → List (α × β)
  | x :: xs, y :: ys => (x, y) :: pairUp xs ys
  | _, _ => []

theorem length_pairUp {α β : Type} (xs : List α) (ys : List β) : (pairUp xs ys).length = min xs.length ys.length := by
  sorry

theorem pairUp_fst_snd {α β : Type} (ps : List (α × β)) : pairUp (ps.map Prod.fst) (ps.map Prod.snd) = ps := by
  sorry
