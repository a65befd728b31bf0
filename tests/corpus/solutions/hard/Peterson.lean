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

/-- Auxiliary -/
def Invariant (s : State) : Prop :=
  (∀ p, s.flag p = true ↔ s.place p ≠ .idle) ∧
  ∀ p, s.place p = .critical → s.place (!p) = .critical ∨ s.place (!p) = .waiting → s.turn = p ∧ s.place (!p) = .waiting

/-- Auxiliary -/
theorem invariant_step (s : State) (p : Bool) (h : Invariant s) : Invariant (step s p) := by
  have hp := h.1 p
  have hq := h.1 (!p)
  have gp := h.2 p
  have gq := h.2 (!p)
  rw [Bool.not_not] at gq
  have hne : (!p) ≠ p := by simp
  have both : ∀ q, q = p ∨ q = !p := by intro q; cases p <;> cases q <;> simp
  have st : ∀ {α : Type} (f : Bool → α) (a : α), set f p a p = a ∧ set f p a (!p) = f (!p) := by simp [set]
  unfold step
  constructor <;> intro q <;> rcases both q with rfl | rfl <;> (try rw [Bool.not_not]) <;> split <;> (try split) <;>
    simp_all <;> grind

/-- Auxiliary -/
theorem invariant_run (s : State) (schedule : List Bool) (h : Invariant s) : Invariant (run s schedule) := by
  unfold run
  induction schedule generalizing s with
  | nil => exact h
  | cons p ps ih => exact ih _ (invariant_step s p h)

/-- Never are both in the critical section. -/
theorem mutual_exclusion (schedule : List Bool) :
    ¬((run initial schedule).place false = .critical ∧ (run initial schedule).place true = .critical) := by
  intro h
  have := (invariant_run initial schedule (by simp [Invariant, initial])).2 false h.1 (.inl h.2)
  simp [h.2] at this

/-- Never do both wait in vain: one of the two can go on. -/
theorem no_deadlock (schedule : List Bool) (h0 : (run initial schedule).place false = .waiting)
    (h1 : (run initial schedule).place true = .waiting) :
    ∃ p, (step (run initial schedule) p).place p = .critical := by
  refine ⟨(run initial schedule).turn, ?_⟩
  cases ht : (run initial schedule).turn <;> simp [step, h0, h1, ht, set]

/-- Who asks while the other is idle gets in within three steps. -/
theorem free_entry (schedule : List Bool) (p : Bool) (hp : (run initial schedule).place p = .idle)
    (hq : (run initial schedule).place (!p) = .idle) :
    (run initial (schedule ++ [p, p, p])).place p = .critical := by
  have hi := (invariant_run initial schedule (by simp [Invariant, initial])).1 (!p)
  have hf : (run initial schedule).flag (!p) = false := by simpa [hq] using hi
  have e : run initial (schedule ++ [p, p, p]) = step (step (step (run initial schedule) p) p) p := by simp [run]
  rw [e]
  generalize run initial schedule = s at *
  obtain ⟨pl, fl, t⟩ := s
  cases p <;> simp_all [step, set]

end Peterson
