/-! A language with loops, run with a bound on the depth, and a pass that removes what does nothing. -/

namespace WhileFuel

abbrev Store := Nat → Int

inductive Term where
  | num (n : Int)
  | var (x : Nat)
  | sub (a b : Term)

inductive Com where
  | skip
  | assign (x : Nat) (a : Term)
  | seq (c d : Com)
  /-- If the term is positive. -/
  | cond (a : Term) (c d : Com)
  /-- While the term is positive. -/
  | loop (a : Term) (c : Com)

def value (s : Store) : Term → Int
  | .num n => n
  | .var x => s x
  | .sub a b => value s a - value s b

def set (s : Store) (x : Nat) (n : Int) : Store := fun y => if y = x then n else s y

/-- `none`: out of fuel. -/
def run : Nat → Com → Store → Option Store
  | 0, _, _ => none
  | _ + 1, .skip, s => some s
  | _ + 1, .assign x a, s => some (set s x (value s a))
  | n + 1, .seq c d, s => (run n c s).bind (run n d)
  | n + 1, .cond a c d, s => if 0 < value s a then run n c s else run n d s
  | n + 1, .loop a c, s => if 0 < value s a then (run n c s).bind (run n (.loop a c)) else some s

def simplify : Com → Com
  | .skip => .skip
  | .assign x a => .assign x a
  | .seq c d =>
    match simplify c, simplify d with
    | .skip, d => d
    | c, .skip => c
    | c, d => .seq c d
  | .cond (.num n) c d => if 0 < n then simplify c else simplify d
  | .cond a c d => .cond a (simplify c) (simplify d)
  | .loop (.num n) c => if 0 < n then .loop (.num n) (simplify c) else .skip
  | .loop a c => .loop a (simplify c)

/-- From `s`, the program ends in `t`. -/
def Ends (c : Com) (s t : Store) : Prop := ∃ n, run n c s = some t

/-- Auxiliary -/
theorem run_succ (n : Nat) (c : Com) (s t : Store) (h : run n c s = some t) : run (n + 1) c s = some t := by
  induction n generalizing c s t with
  | zero => simp [run] at h
  | succ n ih =>
    cases c with
    | skip => simpa [run] using h
    | assign x a => simpa [run] using h
    | seq c d =>
      rw [run] at h ⊢
      obtain ⟨u, h1, h2⟩ := Option.bind_eq_some_iff.mp h
      rw [ih c s u h1]
      exact ih d u t h2
    | cond a c d =>
      rw [run] at h ⊢
      split at h
      · next ha => rw [if_pos ha]; exact ih c s t h
      · next ha => rw [if_neg ha]; exact ih d s t h
    | loop a c =>
      rw [run] at h ⊢
      split at h
      · next ha =>
        rw [if_pos ha]
        obtain ⟨u, h1, h2⟩ := Option.bind_eq_some_iff.mp h
        rw [ih c s u h1]
        exact ih _ u t h2
      · next ha => rw [if_neg ha]; exact h

/-- Auxiliary -/
theorem run_mono (n m : Nat) (c : Com) (s t : Store) (h : run n c s = some t) (hnm : n ≤ m) : run m c s = some t := by
  induction m with
  | zero => obtain rfl : n = 0 := by omega
            exact h
  | succ m ih =>
    rcases Nat.lt_or_eq_of_le hnm with hlt | rfl
    · exact run_succ m c s t (ih (by omega))
    · exact h

theorem ends_unique (c : Com) (s t u : Store) (h : Ends c s t) (h' : Ends c s u) : t = u := by
  obtain ⟨n, h⟩ := h
  obtain ⟨m, h'⟩ := h'
  have h1 := run_mono n (max n m) c s t h (by omega)
  have h2 := run_mono m (max n m) c s u h' (by omega)
  rw [h1] at h2
  exact Option.some.inj h2

/-- Auxiliary -/
theorem ends_seq (c d : Com) (s t : Store) : Ends (.seq c d) s t ↔ ∃ u, Ends c s u ∧ Ends d u t := by
  constructor
  · rintro ⟨n, h⟩
    cases n with
    | zero => simp [run] at h
    | succ n =>
      rw [run] at h
      obtain ⟨u, h1, h2⟩ := Option.bind_eq_some_iff.mp h
      exact ⟨u, ⟨n, h1⟩, ⟨n, h2⟩⟩
  · rintro ⟨u, ⟨n, h1⟩, ⟨m, h2⟩⟩
    refine ⟨max n m + 1, ?_⟩
    rw [run, run_mono n (max n m) c s u h1 (by omega)]
    exact run_mono m (max n m) d u t h2 (by omega)

/-- Auxiliary -/
theorem ends_skip (s t : Store) : Ends .skip s t ↔ s = t := by
  constructor
  · rintro ⟨n, h⟩
    cases n with
    | zero => simp [run] at h
    | succ n => simpa [run] using h
  · rintro rfl
    exact ⟨1, rfl⟩

/-- Auxiliary -/
theorem ends_cond (a : Term) (c d : Com) (s t : Store) :
    Ends (.cond a c d) s t ↔ if 0 < value s a then Ends c s t else Ends d s t := by
  constructor
  · rintro ⟨n, h⟩
    cases n with
    | zero => simp [run] at h
    | succ n =>
      rw [run] at h
      split at h
      · next ha => rw [if_pos ha]; exact ⟨n, h⟩
      · next ha => rw [if_neg ha]; exact ⟨n, h⟩
  · intro h
    split at h
    · next ha =>
      obtain ⟨n, h⟩ := h
      exact ⟨n + 1, by rw [run, if_pos ha]; exact h⟩
    · next ha =>
      obtain ⟨n, h⟩ := h
      exact ⟨n + 1, by rw [run, if_neg ha]; exact h⟩

/-- Auxiliary -/
theorem ends_loop_of (a : Term) (c d : Com) (hcd : ∀ s t, Ends c s t → Ends d s t) (s t : Store)
    (h : Ends (.loop a c) s t) : Ends (.loop a d) s t := by
  obtain ⟨n, h⟩ := h
  induction n generalizing s with
  | zero => simp [run] at h
  | succ n ih =>
    rw [run] at h
    split at h
    · next ha =>
      obtain ⟨u, h1, h2⟩ := Option.bind_eq_some_iff.mp h
      obtain ⟨k, hk⟩ := hcd s u ⟨n, h1⟩
      obtain ⟨m, hm⟩ := ih u h2
      refine ⟨max k m + 1, ?_⟩
      rw [run, if_pos ha, run_mono k (max k m) d s u hk (by omega)]
      exact run_mono m (max k m) _ u t hm (by omega)
    · next ha =>
      exact ⟨1, by rw [run, if_neg ha]; exact h⟩

theorem ends_simplify (c : Com) (s t : Store) : Ends (simplify c) s t ↔ Ends c s t := by
  induction c generalizing s t with
  | skip => rfl
  | assign x a => rfl
  | seq c d ihc ihd =>
    rw [ends_seq]
    simp only [simplify, ← ihc, ← ihd]
    split
    · next h1 => simp [h1, ends_skip]
    · next h1 _ => simp [h1, ends_skip]
    · rw [ends_seq]
  | cond a c d ihc ihd =>
    cases a with
    | num n => by_cases hn : 0 < n <;> simp [simplify, ends_cond, value, hn, ihc, ihd]
    | _ => simp only [simplify, ends_cond, ihc, ihd]
  | loop a c ih =>
    have key : Ends (.loop a (simplify c)) s t ↔ Ends (.loop a c) s t :=
      ⟨ends_loop_of a _ _ (fun s t h => (ih s t).mp h) s t, ends_loop_of a _ _ (fun s t h => (ih s t).mpr h) s t⟩
    cases a with
    | num n =>
      simp only [simplify]
      split
      · exact key
      · next hn =>
        rw [ends_skip]
        constructor
        · rintro rfl
          exact ⟨1, by simp [run, value, hn]⟩
        · rintro ⟨k, h⟩
          cases k with
          | zero => simp [run] at h
          | succ k => simpa [run, value, hn] using h
    | _ => exact key

end WhileFuel
