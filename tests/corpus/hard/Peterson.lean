/-! The algorithm of Peterson: two processes, two flags and a turn keep each other out of the critical section. -/

namespace Peterson

inductive Place where
  | idle
  /-- The flag is up; the turn is still to be given away. -/
  | flagged
  /-- Waiting until the other flag is down or the turn has come. -/
  | waiting
  | critical
deriving DecidableEq

structure State where
  place : Bool → Place
  flag : Bool → Bool
  turn : Bool

def initial : State := ⟨fun _ => .idle, fun _ => false, false⟩

def set {α : Type} (f : Bool → α) (p : Bool) (a : α) : Bool → α := fun q => if q = p then a else f q

/-- Process `p` does its next step, if it can. -/
def step (s : State) (p : Bool) : State :=
  match s.place p with
  | .idle => { s with place := set s.place p .flagged, flag := set s.flag p true }
  | .flagged => { s with place := set s.place p .waiting, turn := !p }
  | .waiting =>
    if s.flag (!p) = false ∨ s.turn = p then { s with place := set s.place p .critical } else s
  | .critical => { s with place := set s.place p .idle, flag := set s.flag p false }

/-- The scheduler's choices, one process after the other. -/
def run (s : State) (schedule : List Bool) : State := schedule.foldl step s

/-- Never are both in the critical section. -/
theorem mutual_exclusion (schedule : List Bool) :
    ¬((run initial schedule).place false = .critical ∧ (run initial schedule).place true = .critical) := by
  sorry

/-- Never do both wait in vain: one of the two can go on. -/
theorem no_deadlock (schedule : List Bool) (h0 : (run initial schedule).place false = .waiting)
    (h1 : (run initial schedule).place true = .waiting) :
    ∃ p, (step (run initial schedule) p).place p = .critical := by
  sorry

/-- Who asks while the other is idle gets in within three steps. -/
theorem free_entry (schedule : List Bool) (p : Bool) (hp : (run initial schedule).place p = .idle)
    (hq : (run initial schedule).place (!p) = .idle) :
    (run initial (schedule ++ [p, p, p])).place p = .critical := by
  sorry

end Peterson
