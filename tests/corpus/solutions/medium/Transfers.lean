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

/-- Auxiliary -/
theorem total_set (b : Bank) (i n : Nat) (h : i < b.length) : total (b.set i n) + balance b i = total b + n := by
  induction b generalizing i with
  | nil => simp at h
  | cons x b ih =>
    cases i with
    | zero => simp [total, balance]; omega
    | succ i =>
      have := ih i (by simpa using h)
      simp [total, balance] at this ⊢
      omega

/-- Auxiliary -/
theorem total_execute (b : Bank) (o : Order) : total (execute b o) = total b := by
  unfold execute
  split
  · next h =>
    have h1 := total_set b o.source (balance b o.source - o.amount) h.1
    have h2 := total_set (b.set o.source (balance b o.source - o.amount)) o.target
      (balance (b.set o.source (balance b o.source - o.amount)) o.target + o.amount) (by simp [h.2.1])
    dsimp only
    omega
  · rfl

theorem total_process (b : Bank) (os : List Order) : total (process b os) = total b := by
  unfold process
  induction os generalizing b with
  | nil => rfl
  | cons o os ih => rw [List.foldl_cons, ih, total_execute]

theorem length_process (b : Bank) (os : List Order) : (process b os).length = b.length := by
  unfold process
  induction os generalizing b with
  | nil => rfl
  | cons o os ih =>
    rw [List.foldl_cons, ih]
    unfold execute
    split <;> simp

/-- An account that no order names keeps its balance. -/
theorem balance_process (b : Bank) (os : List Order) (i : Nat)
    (h : ∀ o ∈ os, o.source ≠ i ∧ o.target ≠ i) : balance (process b os) i = balance b i := by
  unfold process
  induction os generalizing b with
  | nil => rfl
  | cons o os ih =>
    rw [List.foldl_cons, ih _ (fun o ho => h o (by simp [ho]))]
    have := h o (by simp)
    unfold execute
    split
    · simp [balance, List.getElem?_set_ne this.1, List.getElem?_set_ne this.2]
    · rfl

end Transfers
