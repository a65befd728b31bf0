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

def step (code : Nat) (s : State) (e : Event) : State :=
  match s, e with
  | _, .reset => .locked 0
  | .blocked, _ => .blocked
  | .unlocked, .close => .locked 0
  | .unlocked, _ => .unlocked
  | .locked n, .enter c => if c = code then .unlocked else if n < 2 then .locked (n + 1) else .blocked
  | .locked n, .close => .locked n

theorem reset_locks (code : Nat) (s : State) : step code s .reset = .locked 0 := by
  cases s <;> rfl

theorem right_code (code n : Nat) : step code (.locked n) (.enter code) = .unlocked := by
  simp [step]

theorem wrong_code (code c n : Nat) (h : c ≠ code) (hn : n < 2) :
    step code (.locked n) (.enter c) = .locked (n + 1) := by
  simp [step, h, hn]

theorem third_wrong_code (code c : Nat) (h : c ≠ code) : step code (.locked 2) (.enter c) = .blocked := by
  simp [step, h]

theorem blocked_stays (code : Nat) (e : Event) (h : e ≠ .reset) : step code .blocked e = .blocked := by
  cases e <;> simp_all [step]

theorem close_locks (code : Nat) : step code .unlocked .close = .locked 0 := by
  rfl

/-- Codes mean nothing to an open lock, and one that is shut cannot be shut. -/
theorem nothing_happens (code c n : Nat) :
    step code .unlocked (.enter c) = .unlocked ∧ step code (.locked n) .close = .locked n := by
  simp [step]

/-- No state has more failures than it may. -/
theorem failures_lt (code n m : Nat) (e : Event) (h : n < 3) (hs : step code (.locked n) e = .locked m) : m < 3 := by
  cases e <;> simp only [step] at hs <;> grind

end PinLock
