/-! Matching regular expressions by derivatives, and what a regular expression means. -/

namespace Regex

inductive Regex where
  | none
  | empty
  | char (c : Char)
  | or (a b : Regex)
  | seq (a b : Regex)
  | star (a : Regex)

/-- The texts that an expression stands for. -/
inductive Lang : Regex → List Char → Prop where
  | empty : Lang .empty []
  | char (c : Char) : Lang (.char c) [c]
  | left {a b : Regex} {s : List Char} : Lang a s → Lang (.or a b) s
  | right {a b : Regex} {s : List Char} : Lang b s → Lang (.or a b) s
  | seq {a b : Regex} {s t : List Char} : Lang a s → Lang b t → Lang (.seq a b) (s ++ t)
  | stop {a : Regex} : Lang (.star a) []
  | more {a : Regex} {s t : List Char} : Lang a s → Lang (.star a) t → Lang (.star a) (s ++ t)

def nullable : Regex → Bool
  | .none => false
  | .empty => true
  | .char _ => false
  | .or a b => nullable a || nullable b
  | .seq a b => nullable a && nullable b
  | .star _ => true

/-- What may follow after the character `c`. -/
def deriv (c : Char) : Regex → Regex
  | .none => .none
  | .empty => .none
  | .char d => if c = d then .empty else .none
  | .or a b => .or (deriv c a) (deriv c b)
  | .seq a b => if nullable a then .or (.seq (deriv c a) b) (deriv c b) else .seq (deriv c a) b
  | .star a => .seq (deriv c a) (.star a)

def accepts (r : Regex) : List Char → Bool
  | [] => nullable r
  | c :: s => accepts (deriv c r) s

/-- Auxiliary -/
theorem nullable_iff (r : Regex) : nullable r = true ↔ Lang r [] := by
  induction r with
  | none => simp only [nullable]; exact ⟨nofun, nofun⟩
  | empty => simp only [nullable]; exact ⟨fun _ => .empty, fun _ => trivial⟩
  | char c => simp only [nullable]; exact ⟨nofun, nofun⟩
  | or a b iha ihb =>
    simp only [nullable, Bool.or_eq_true, iha, ihb]
    constructor
    · rintro (h | h)
      · exact .left h
      · exact .right h
    · intro h
      cases h with
      | left h => exact .inl h
      | right h => exact .inr h
  | seq a b iha ihb =>
    simp only [nullable, Bool.and_eq_true, iha, ihb]
    constructor
    · intro h; exact .seq h.1 h.2
    · intro h
      generalize e : ([] : List Char) = u at h
      cases h with
      | seq h1 h2 =>
        obtain ⟨rfl, rfl⟩ := List.append_eq_nil_iff.mp e.symm
        exact ⟨h1, h2⟩
  | star a _ => simp only [nullable]; exact ⟨fun _ => .stop, fun _ => trivial⟩

/-- Auxiliary -/
theorem lang_of_deriv (c : Char) (r : Regex) (s : List Char) (h : Lang (deriv c r) s) : Lang r (c :: s) := by
  induction r generalizing s with
  | none => exact nomatch h
  | empty => exact nomatch h
  | char d =>
    simp only [deriv] at h
    split at h
    · next e => cases h; exact e ▸ .char c
    · exact nomatch h
  | or a b iha ihb =>
    cases h with
    | left h => exact .left (iha s h)
    | right h => exact .right (ihb s h)
  | seq a b iha ihb =>
    have first {u : List Char} (h : Lang (.seq (deriv c a) b) u) : Lang (.seq a b) (c :: u) := by
      cases h with
      | seq h1 h2 => exact .seq (iha _ h1) h2
    simp only [deriv] at h
    split at h
    · next hn =>
      cases h with
      | left h => exact first h
      | right h => exact .seq ((nullable_iff a).mp hn) (ihb s h)
    · exact first h
  | star a iha =>
    cases h with
    | seq h1 h2 => exact .more (iha _ h1) h2

/-- Auxiliary -/
theorem deriv_of_lang (c : Char) (r : Regex) (s : List Char) (h : Lang r (c :: s)) : Lang (deriv c r) s := by
  generalize e : c :: s = u at h
  induction h generalizing s with
  | empty => contradiction
  | char d => cases e; simp only [deriv, if_true]; exact .empty
  | left _ ih => exact .left (ih s e)
  | right _ ih => exact .right (ih s e)
  | @seq a b t u h1 h2 ih1 ih2 =>
    simp only [deriv]
    cases t with
    | nil =>
      rw [if_pos ((nullable_iff a).mpr h1)]
      exact .right (ih2 s e)
    | cons d t =>
      cases e
      have := Lang.seq (ih1 t rfl) h2
      split
      · exact .left this
      · exact this
  | stop => contradiction
  | @more a t u h1 h2 ih1 ih2 =>
    cases t with
    | nil => exact ih2 s e
    | cons d t =>
      cases e
      exact .seq (ih1 t rfl) h2

theorem accepts_iff (r : Regex) (s : List Char) : accepts r s = true ↔ Lang r s := by
  induction s generalizing r with
  | nil => exact nullable_iff r
  | cons c s ih =>
    rw [accepts, ih]
    exact ⟨lang_of_deriv c r s, deriv_of_lang c r s⟩

/-- Repetition twice is repetition. -/
theorem accepts_star_star (r : Regex) (s : List Char) : accepts (.star (.star r)) s = accepts (.star r) s := by
  have app : ∀ {t u : List Char}, Lang (.star r) t → Lang (.star r) u → Lang (.star r) (t ++ u) := by
    intro t u h hu
    generalize e : Regex.star r = q at h
    induction h with
    | stop => cases e; exact hu
    | more h1 h2 _ ih => cases e; rw [List.append_assoc]; exact .more h1 (ih rfl)
    | _ => contradiction
  rw [Bool.eq_iff_iff, accepts_iff, accepts_iff]
  constructor
  · intro h
    generalize e : Regex.star (.star r) = q at h
    induction h with
    | stop => exact .stop
    | more h1 h2 _ ih => cases e; exact app h1 (ih rfl)
    | _ => contradiction
  · intro h
    have := Lang.more h .stop
    rwa [List.append_nil] at this

end Regex
