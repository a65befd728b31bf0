/-! A bank: orders move money between accounts, and no order makes or destroys any. -/

namespace Transfers

/-- Balances by account number. -/
abbrev Bank := List Nat

structure Order where
  source : Nat
  target : Nat
  amount : Nat

def balance (b : Bank) (i : Nat) : Nat := b[i]?.getD 0

/-- Refused, without effect, when an account does not exist or the money is not there. -/
def execute (b : Bank) (o : Order) : Bank :=
  if o.source < b.length ∧ o.target < b.length ∧ o.amount ≤ balance b o.source then
    let b' := b.set o.source (balance b o.source - o.amount)
    b'.set o.target (balance b' o.target + o.amount)
  else b

def process (b : Bank) (os : List Order) : Bank := os.foldl execute b

def total (b : Bank) : Nat := b.foldr (· + ·) 0

theorem total_process (b : Bank) (os : List Order) : total (process b os) = total b := by
  sorry

theorem length_process (b : Bank) (os : List Order) : (process b os).length = b.length := by
  sorry

/-- An account that no order names keeps its balance. -/
theorem balance_process (b : Bank) (os : List Order) (i : Nat)
    (h : ∀ o ∈ os, o.source ≠ i ∧ o.target ≠ i) : balance (process b os) i = balance b i := by
  sorry

end Transfers
