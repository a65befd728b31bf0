/-! Reading prefix (Polish) notation. -/

namespace PolishParser

inductive Token where
  | num (n : Nat)
  | plus
  | minus
  deriving DecidableEq

inductive Expr where
  | num (n : Nat)
  | add (a b : Expr)
  | neg (a : Expr)
  deriving DecidableEq

def print : Expr → List Token
  | .num n => [.num n]
  | .add a b => .plus :: (print a ++ print b)
  | .neg a => .minus :: print a

/-- Read one expression with at most `fuel` tokens. -/
def read : Nat → List Token → Option (Expr × List Token)
  | 0, _ => none
  | _, [] => none
  | _ + 1, .num n :: rest => some (.num n, rest)
  | fuel + 1, .minus :: rest =>
    match read fuel rest with
    | none => none
    | some (a, rest) => some (.neg a, rest)
  | fuel + 1, .plus :: rest =>
    match read fuel rest with
    | none => none
    | some (a, rest) =>
      match read fuel rest with
      | none => none
      | some (b, rest) => some (.add a b, rest)

/-- Read one expression; the tokens after it are returned. -/
def parse (tokens : List Token) : Option (Expr × List Token) :=
  read tokens.length tokens

theorem print_pos (e : Expr) : 0 < (print e).length := by
  cases e <;> simp [print]

theorem read_print (e : Expr) (rest : List Token) (fuel : Nat) (h : (print e).length ≤ fuel) :
    read fuel (print e ++ rest) = some (e, rest) := by
  induction e generalizing rest fuel with
  | num n => cases fuel <;> simp_all [print, read]
  | neg a ih =>
    cases fuel with
    | zero => simp [print] at h
    | succ fuel => simp [print] at h; simp [print, read, ih rest fuel h]
  | add a b iha ihb =>
    cases fuel with
    | zero => simp [print] at h
    | succ fuel =>
      simp [print] at h
      simp [print, read, List.append_assoc, iha (print b ++ rest) fuel (by omega), ihb rest fuel (by omega)]

theorem parse_print (e : Expr) (rest : List Token) : parse (print e ++ rest) = some (e, rest) := by
  exact read_print e rest _ (by simp)

theorem print_read (fuel : Nat) (tokens rest : List Token) (e : Expr) (h : read fuel tokens = some (e, rest)) :
    tokens = print e ++ rest := by
  induction fuel generalizing tokens rest e with
  | zero => simp [read] at h
  | succ fuel ih =>
    cases tokens with
    | nil => simp [read] at h
    | cons t ts =>
      cases t with
      | num n => simp [read] at h; simp [← h.1, h.2, print]
      | minus =>
        simp only [read] at h
        split at h
        · simp at h
        · rename_i a r hr
          simp at h; have := ih _ _ _ hr
          simp [← h.1, ← h.2, print, this]
      | plus =>
        simp only [read] at h
        split at h
        · simp at h
        · rename_i a r hr
          split at h
          · simp at h
          · rename_i b r' hr'
            simp at h
            have ha := ih _ _ _ hr
            have hb := ih _ _ _ hr'
            simp [← h.1, ← h.2, print, ha, hb]

/-- What is read is what stands there. -/
theorem print_parse (tokens rest : List Token) (e : Expr) (h : parse tokens = some (e, rest)) :
    tokens = print e ++ rest := by
  exact print_read _ _ _ _ h

end PolishParser
