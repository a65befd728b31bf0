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

theorem accepts_iff (r : Regex) (s : List Char) : accepts r s = true ↔ Lang r s := by
  sorry

/-- Repetition twice is repetition. -/
theorem accepts_star_star (r : Regex) (s : List Char) : accepts (.star (.star r)) s = accepts (.star r) s := by
  sorry

end Regex
