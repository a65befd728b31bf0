/-! Balances with checked withdrawals. -/

namespace Bank

structure Account where
  balance : Nat
  limit : Nat

def deposit (a : Account) (n : Nat) : Account := { a with balance := a.balance + n }

def withdraw (a : Account) (n : Nat) : Option Account :=
  if n ≤ a.balance then some { a with balance := a.balance - n } else none

def transfer (a b : Account) (n : Nat) : Option (Account × Account) :=
  match withdraw a n with
  | some a' => some (a', deposit b n)
  | none => none

def payAll (a : Account) : List Nat → Account
  | [] => a
  | n :: ns => payAll (deposit a n) ns

theorem balance_deposit (a : Account) (n : Nat) : (deposit a n).balance = a.balance + n := by
  sorry

theorem withdraw_deposit (a : Account) (n : Nat) : withdraw (deposit a n) n = some a := by
  sorry

theorem withdraw_some (a b : Account) (n : Nat) (h : withdraw a n = some b) : b.balance + n = a.balance := by
  sorry

theorem transfer_total (a b c d : Account) (n : Nat) (h : transfer a b n = some (c, d)) : c.balance + d.balance = a.balance + b.balance := by
  sorry

theorem withdraw_none (a : Account) (n : Nat) : withdraw a n = none ↔ a.balance < n := by
  sorry

theorem payAll_balance (a : Account) (ns : List Nat) : (payAll a ns).balance = a.balance + ns.sum := by
  sorry

theorem payAll_append (a : Account) (ms ns : List Nat) : payAll a (ms ++ ns) = payAll (payAll a ms) ns := by
  sorry

theorem deposit_limit (a : Account) (n : Nat) : (deposit a n).limit = a.limit := by
  sorry

end Bank
