/-! A lock with a code: three wrong codes in a row block it, and then only a reset helps. -/

namespace PinLock

inductive State where
  /-- Locked, after `failures` wrong codes (0, 1 or 2) since it was last open. -/
  | locked (failures : Nat)
  | unlocked
  | blocked
  deriving DecidableEq

inductive Event where
  | enter (code : Nat)
  | close
  | reset
  deriving DecidableEq

def step (code : Nat) (s : State) (e : Event) : State := sorry

theorem reset_locks (code : Nat) (s : State) : step code s .reset = .locked 0 := by
  sorry

theorem right_code (code n : Nat) : step code (.locked n) (.enter code) = .unlocked := by
  sorry

theorem wrong_code (code c n : Nat) (h : c ≠ code) (hn : n < 2) :
    step code (.locked n) (.enter c) = .locked (n + 1) := by
  sorry

theorem third_wrong_code (code c : Nat) (h : c ≠ code) : step code (.locked 2) (.enter c) = .blocked := by
  sorry

theorem blocked_stays (code : Nat) (e : Event) (h : e ≠ .reset) : step code .blocked e = .blocked := by
  sorry

theorem close_locks (code : Nat) : step code .unlocked .close = .locked 0 := by
  sorry

/-- Codes mean nothing to an open lock, and one that is shut cannot be shut. -/
theorem nothing_happens (code c n : Nat) :
    step code .unlocked (.enter c) = .unlocked ∧ step code (.locked n) .close = .locked n := by
  sorry

/-- No state has more failures than it may. -/
theorem failures_lt (code n m : Nat) (e : Event) (h : n < 3) (hs : step code (.locked n) e = .locked m) : m < 3 := by
  sorry

end PinLock
