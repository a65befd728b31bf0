/-!
Contracts on components of which nothing is known: a language model, a heuristic, somebody else's service.

A component answers what it likes, or nothing. Each answer is tested against a decidable contract; after `budget`
answers a program with a proof takes over (`guarded`), or the call abstains (`abstaining`). Whatever the component
does, what is returned keeps the contract. Source of the scheme: SEVerA (contracts on generative calls, rejection
sampling with a verified fallback).
-/

namespace Gentzen

universe u v w

variable {α : Type u} {β : Type v} {γ : Type w}

/-- What a caller must see to (`pre`), and what an answer must satisfy (`post`). -/
structure Contract (α : Type u) (β : Type v) where
  pre : α → Prop
  post : α → β → Prop

/-- What the component answers to the question `a` at call number `k`, if anything.

A component with a memory or a random source is one of these functions too, another one in each run: the theorems
below hold for all of them. -/
abbrev Component (α : Type u) (β : Type v) := α → Nat → Option β

namespace Contract

/-- The program keeps the contract. -/
def Meets (c : Contract α β) (f : α → β) : Prop := ∀ a, c.pre a → c.post a (f a)

/-- So does the program that may abstain, whenever it answers. -/
def MeetsIfAny (c : Contract α β) (f : α → Option β) : Prop := ∀ a b, c.pre a → f a = some b → c.post a b

/-- The first of the next `budget` answers, from call number `k` on, that keeps the contract. -/
def sample (c : Contract α β) [∀ a b, Decidable (c.post a b)] (gen : Component α β) (a : α) : Nat → Nat → Option β
  | _, 0 => none
  | k, budget + 1 =>
    match gen a k with
    | none => sample c gen a (k + 1) budget
    | some b => if c.post a b then some b else sample c gen a (k + 1) budget

/-- Ask at most `budget` times; then do it without the component. -/
def guarded (c : Contract α β) [∀ a b, Decidable (c.post a b)] (fallback : α → β) (gen : Component α β)
    (budget : Nat) (a : α) : β :=
  (c.sample gen a 0 budget).getD (fallback a)

/-- Ask at most `budget` times; then abstain. -/
def abstaining (c : Contract α β) [∀ a b, Decidable (c.post a b)] (gen : Component α β) (budget : Nat) (a : α) :
    Option β :=
  c.sample gen a 0 budget

section
variable (c : Contract α β) [∀ a b, Decidable (c.post a b)] (gen : Component α β)

theorem sample_succ (a : α) (k budget : Nat) :
    c.sample gen a k (budget + 1) =
      match gen a k with
      | none => c.sample gen a (k + 1) budget
      | some b => if c.post a b then some b else c.sample gen a (k + 1) budget := by
  rfl

/-- What is returned keeps the contract. -/
theorem sample_post {a : α} {k budget : Nat} {b : β} (h : c.sample gen a k budget = some b) : c.post a b := by
  induction budget generalizing k with
  | zero => simp [sample] at h
  | succ budget ih =>
    rw [sample_succ] at h
    split at h
    · exact ih h
    · split at h
      · simp only [Option.some.injEq] at h; subst h; assumption
      · exact ih h

/-- It is an answer of the component's, and the first that keeps the contract. -/
theorem sample_eq_some {a : α} {k budget : Nat} {b : β} (h : c.sample gen a k budget = some b) :
    ∃ i, i < budget ∧ gen a (k + i) = some b ∧
      ∀ j, j < i → ∀ b', gen a (k + j) = some b' → ¬ c.post a b' := by
  induction budget generalizing k with
  | zero => simp [sample] at h
  | succ budget ih =>
    have later : (c.sample gen a (k + 1) budget = some b) → (∀ b', gen a k = some b' → ¬ c.post a b') →
        ∃ i, i < budget + 1 ∧ gen a (k + i) = some b ∧
          ∀ j, j < i → ∀ b', gen a (k + j) = some b' → ¬ c.post a b' := by
      intro h first
      obtain ⟨i, hi, hb, before⟩ := ih h
      refine ⟨i + 1, by omega, by rw [← hb]; congr 1; omega, fun j hj b' hb' => ?_⟩
      cases j with
      | zero => exact first b' hb'
      | succ j => exact before j (by omega) b' (by rw [← hb']; congr 1; omega)
    rw [sample_succ] at h
    split at h
    · exact later h (by simp [*])
    · split at h
      · simp only [Option.some.injEq] at h; subst h
        exact ⟨0, by omega, by simpa, by omega⟩
      · refine later h fun b' hb' => ?_
        simp_all

/-- It gives up only if no answer within the budget keeps the contract. -/
theorem sample_eq_none {a : α} {k budget : Nat} :
    c.sample gen a k budget = none ↔ ∀ i, i < budget → ∀ b, gen a (k + i) = some b → ¬ c.post a b := by
  induction budget generalizing k with
  | zero => simp [sample]
  | succ budget ih =>
    have shift : (∀ i, i < budget → ∀ b, gen a (k + 1 + i) = some b → ¬ c.post a b) ↔
        ∀ i, i < budget → ∀ b, gen a (k + (i + 1)) = some b → ¬ c.post a b := by
      simp only [Nat.add_assoc, Nat.add_comm 1]
    have whole : (∀ i, i < budget + 1 → ∀ b, gen a (k + i) = some b → ¬ c.post a b) ↔
        (∀ b, gen a k = some b → ¬ c.post a b) ∧
          ∀ i, i < budget → ∀ b, gen a (k + (i + 1)) = some b → ¬ c.post a b := by
      constructor
      · exact fun h => ⟨fun b hb => h 0 (by omega) b hb, fun i hi b hb => h (i + 1) (by omega) b hb⟩
      · intro h i hi b hb
        cases i with
        | zero => exact h.1 b hb
        | succ i => exact h.2 i (by omega) b hb
    rw [whole, ← shift, ← ih, sample_succ]
    split
    · simp [*]
    · split <;> simp [*]

/-- With more calls the answer stays. -/
theorem sample_mono {a : α} {k n m : Nat} {b : β} (hnm : n ≤ m) (h : c.sample gen a k n = some b) :
    c.sample gen a k m = some b := by
  induction n generalizing k m with
  | zero => simp [sample] at h
  | succ n ih =>
    cases m with
    | zero => omega
    | succ m =>
      rw [sample_succ] at h ⊢
      cases hg : gen a k with
      | none =>
        rw [hg] at h
        exact ih (m := m) (by omega) h
      | some b' =>
        rw [hg] at h
        by_cases hp : c.post a b'
        · simpa [hp] using h
        · simp only [hp, if_false] at h ⊢
          exact ih (m := m) (by omega) h

/-- **The guarantee.** For every component, every budget and every input with the precondition, what is returned keeps
the contract, provided that the fallback does. -/
theorem guarded_meets {fallback : α → β} (h : c.Meets fallback) (budget : Nat) :
    c.Meets (c.guarded fallback gen budget) := by
  intro a ha
  unfold guarded
  cases hs : c.sample gen a 0 budget with
  | none => exact h a ha
  | some b => exact c.sample_post gen hs

/-- The fallback is taken exactly when no answer within the budget keeps the contract. -/
theorem guarded_eq_fallback (fallback : α → β) (budget : Nat) (a : α)
    (h : ∀ k, k < budget → ∀ b, gen a k = some b → ¬ c.post a b) :
    c.guarded fallback gen budget a = fallback a := by
  have : c.sample gen a 0 budget = none := (c.sample_eq_none gen).mpr (by simpa using h)
  simp [guarded, this]

/-- Without a fallback: every answer keeps the contract, whatever the input. -/
theorem abstaining_post (budget : Nat) (a : α) (b : β) (h : c.abstaining gen budget a = some b) : c.post a b := by
  exact c.sample_post gen h

theorem abstaining_meets (budget : Nat) : c.MeetsIfAny (c.abstaining gen budget) := by
  exact fun a b _ h => c.abstaining_post gen budget a b h

/-- It answers if the component gives any answer within the budget that keeps the contract. -/
theorem abstaining_isSome (budget : Nat) (a : α) :
    (c.abstaining gen budget a).isSome = true ↔ ∃ k, k < budget ∧ ∃ b, gen a k = some b ∧ c.post a b := by
  rw [← Bool.not_eq_false, Option.isSome_eq_false_iff, Option.isNone_iff_eq_none, abstaining, sample_eq_none]
  simp only [Nat.zero_add]
  constructor
  · intro h
    apply Classical.byContradiction
    intro hn
    exact h fun k hk b hb hp => hn ⟨k, hk, b, hb, hp⟩
  · rintro ⟨k, hk, b, hb, hp⟩ h
    exact h k hk b hb hp

end

/-! ## Composition -/

/-- Less may be promised, and more demanded. -/
theorem Meets.weaken {c d : Contract α β} {f : α → β} (h : c.Meets f) (pre : ∀ a, d.pre a → c.pre a)
    (post : ∀ a b, d.pre a → c.post a b → d.post a b) : d.Meets f := by
  exact fun a ha => post a (f a) ha (h a (pre a ha))

/-- One after the other. The caller of both must know that what the first may answer is fit for the second. -/
def seq (c : Contract α β) (d : Contract β γ) : Contract α γ where
  pre a := c.pre a ∧ ∀ b, c.post a b → d.pre b
  post a g := ∃ b, c.post a b ∧ d.post b g

theorem Meets.seq {c : Contract α β} {d : Contract β γ} {f : α → β} {g : β → γ} (hf : c.Meets f) (hg : d.Meets g) :
    (c.seq d).Meets (g ∘ f) := by
  exact fun a ha => ⟨f a, hf a ha.1, hg _ (ha.2 _ (hf a ha.1))⟩

theorem MeetsIfAny.seq {c : Contract α β} {d : Contract β γ} {f : α → Option β} {g : β → Option γ}
    (hf : c.MeetsIfAny f) (hg : d.MeetsIfAny g) : (c.seq d).MeetsIfAny fun a => (f a).bind g := by
  intro a y ha h
  obtain ⟨b, hb, hy⟩ := Option.bind_eq_some_iff.mp h
  exact ⟨b, hf a b ha.1 hb, hg b y (ha.2 b (hf a b ha.1 hb)) hy⟩

/-- Other questions and answers, translated by programs of one's own. -/
def translate {α' : Type u} (c : Contract α β) (ask : α' → α) (tell : β → γ) : Contract α' γ where
  pre a := c.pre (ask a)
  post a g := ∃ b, tell b = g ∧ c.post (ask a) b

theorem Meets.translate {α' : Type u} {c : Contract α β} {f : α → β} (h : c.Meets f) (ask : α' → α) (tell : β → γ) :
    (c.translate ask tell).Meets (tell ∘ f ∘ ask) := by
  exact fun a ha => ⟨f (ask a), rfl, h (ask a) ha⟩

/-- Of every element of a list. -/
def each (c : Contract α β) : Contract (List α) (List β) where
  pre (as : List α) := ∀ a, a ∈ as → c.pre a
  post (as : List α) (bs : List β) :=
    bs.length = as.length ∧ ∀ (i : Nat) (a : α) (b : β), as[i]? = some a → bs[i]? = some b → c.post a b

theorem Meets.each {c : Contract α β} {f : α → β} (h : c.Meets f) : c.each.Meets (List.map f) := by
  refine fun as has => ⟨by simp, fun i a b ha hb => ?_⟩
  rw [List.getElem?_map, ha, Option.map_some, Option.some.injEq] at hb
  subst hb
  exact h a (has a (List.mem_of_getElem? ha))

/-- Where a call abstains its element is left out; whatever is there was answered to one of the questions. -/
theorem MeetsIfAny.each {c : Contract α β} {f : α → Option β} (h : c.MeetsIfAny f) (as : List α)
    (has : ∀ a, a ∈ as → c.pre a) (b : β) (hb : b ∈ as.filterMap f) : ∃ a, a ∈ as ∧ c.post a b := by
  obtain ⟨a, ha, hf⟩ := List.mem_filterMap.mp hb
  exact ⟨a, ha, h a b (has a ha) hf⟩

/-- Both contracts at once. -/
def both (c d : Contract α β) : Contract α β where
  pre a := c.pre a ∧ d.pre a
  post a b := c.post a b ∧ d.post a b

theorem Meets.both {c d : Contract α β} {f : α → β} (hc : c.Meets f) (hd : d.Meets f) : (c.both d).Meets f := by
  exact fun a ha => ⟨hc a ha.1, hd a ha.2⟩

end Contract

end Gentzen
