/-!
# A bank account as a state machine

An account is open, frozen or closed, and has a balance. Commands that the state does not allow are refused and change
nothing. The file states what no sequence of commands can break, and, at the end, one law that looks right and is not.
-/

namespace Account

inductive Status where
  | active
  | frozen
  | closed
deriving DecidableEq

structure State where
  status : Status
  balance : Nat
deriving DecidableEq

inductive Command where
  | deposit (amount : Nat)
  | withdraw (amount : Nat)
  | freeze
  | thaw
  | close

/-- Whether the state allows the command. -/
def allowed (s : State) : Command → Bool
  | .deposit _ => s.status == .active
  | .withdraw n => s.status == .active && n ≤ s.balance
  | .freeze => s.status == .active
  | .thaw => s.status == .frozen
  | .close => s.status != .closed && s.balance == 0

def apply (s : State) : Command → State
  | .deposit n => { s with balance := s.balance + n }
  | .withdraw n => { s with balance := s.balance - n }
  | .freeze => { s with status := .frozen }
  | .thaw => { s with status := .active }
  | .close => { s with status := .closed }

def step (s : State) (c : Command) : State := if allowed s c then apply s c else s

def run : State → List Command → State
  | s, [] => s
  | s, c :: cs => run (step s c) cs

def initial : State := ⟨.active, 0⟩

/-- Money put in by the commands that were carried out. -/
def deposited : State → List Command → Nat
  | _, [] => 0
  | s, c :: cs =>
    (match c with
      | .deposit n => if allowed s c then n else 0
      | _ => 0) + deposited (step s c) cs

/-- Money taken out by the commands that were carried out. -/
def withdrawn : State → List Command → Nat
  | _, [] => 0
  | s, c :: cs =>
    (match c with
      | .withdraw n => if allowed s c then n else 0
      | _ => 0) + withdrawn (step s c) cs

/-- A closed account is empty. -/
def Valid (s : State) : Prop := s.status = .closed → s.balance = 0

theorem valid_initial : Valid initial := by
  sorry

theorem valid_step {s : State} (h : Valid s) (c : Command) : Valid (step s c) := by
  sorry

theorem valid_run {s : State} (h : Valid s) (cs : List Command) : Valid (run s cs) := by
  sorry

theorem step_of_not_allowed {s : State} {c : Command} (h : allowed s c = false) : step s c = s := by
  sorry

theorem run_append (s : State) (cs ds : List Command) : run s (cs ++ ds) = run (run s cs) ds := by
  sorry

/-- Closing is final. -/
theorem run_of_closed {s : State} (h : s.status = .closed) (cs : List Command) : run s cs = s := by
  sorry

theorem balance_of_frozen {s : State} (h : s.status = .frozen) (c : Command) : (step s c).balance = s.balance := by
  sorry

theorem deposit_withdraw {s : State} (h : s.status = .active) (n : Nat) :
    step (step s (.deposit n)) (.withdraw n) = s := by
  sorry

/-- The books balance: what went in is what came out and what is there. -/
theorem books_balance (s : State) (cs : List Command) :
    s.balance + deposited s cs = (run s cs).balance + withdrawn s cs := by
  sorry

/-- No account pays out more than was paid in. -/
theorem withdrawn_le_deposited (cs : List Command) : withdrawn initial cs ≤ deposited initial cs := by
  sorry

/-- Anything can still be emptied and closed while it is active. -/
theorem close_reachable {s : State} (h : s.status = .active) : ∃ cs, (run s cs).status = .closed := by
  sorry

example : run initial [.deposit 5, .freeze, .withdraw 5, .thaw, .withdraw 2] = ⟨.active, 3⟩ := by sorry

/-- **This one is false**, on purpose: compare `deposit_withdraw`. A withdrawal that the balance does not cover is
refused, but the deposit after it is not. With `s := ⟨.active, 0⟩` and `n := 1` the left side has the balance 1. -/
theorem withdraw_deposit {s : State} (h : s.status = .active) (n : Nat) :
    step (step s (.withdraw n)) (.deposit n) = s := by
  sorry

end Account
