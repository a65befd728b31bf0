/-! Natural numbers from nothing: addition, and what it takes to show that it commutes. -/

inductive N where
  | zero
  | succ (n : N)

namespace N

def add : N → N → N
  | m, zero => m
  | m, succ n => succ (add m n)

theorem zero_add (n : N) : add zero n = n := by
  induction n <;> simp_all [add]

theorem succ_add (m n : N) : add (succ m) n = succ (add m n) := by
  induction n <;> simp_all [add]

theorem add_comm (m n : N) : add m n = add n m := by
  induction n <;> simp_all [add, zero_add, succ_add]

end N
