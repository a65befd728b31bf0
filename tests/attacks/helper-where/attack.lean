def total (xs : List Nat) : Nat := go xs 0
where
  go : List Nat → Nat → Nat
    | [], acc => acc
    | _ :: xs, acc => go xs acc

theorem target : total [1, 2, 3] ≤ 6 := by
  decide
