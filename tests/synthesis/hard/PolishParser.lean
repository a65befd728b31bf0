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

/-- Read one expression; the tokens after it are returned. -/
def parse (tokens : List Token) : Option (Expr × List Token) := sorry

theorem parse_print (e : Expr) (rest : List Token) : parse (print e ++ rest) = some (e, rest) := by
  sorry

/-- What is read is what stands there. -/
theorem print_parse (tokens rest : List Token) (e : Expr) (h : parse tokens = some (e, rest)) :
    tokens = print e ++ rest := by
  sorry

end PolishParser
