/-! Natural numbers from nothing: addition, and what it takes to show that it commutes. -/

inductive N where
  | zero
  | succ (n : N)

namespace N

def add : N → N → N
  | m, zero => m
  | m, succ n => succ (add m n)

theorem zero_add (n : N) : add zero n = n := by
  sorry

theorem succ_add (m n : N) : add (succ m) n = succ (add m n) := by
  sorry

theorem add_comm (m n : N) : add m n = add n m := by
  sorry

end N
