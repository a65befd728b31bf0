/-! Writing formulas in postfix notation, and reading them with a stack. -/

namespace Postfix

inductive Formula where
  | lit (n : Int)
  | neg (a : Formula)
  | add (a b : Formula)
  | sub (a b : Formula)

inductive Token where
  | num (n : Int)
  | neg
  | plus
  | minus

def value : Formula → Int
  | .lit n => n
  | .neg a => -value a
  | .add a b => value a + value b
  | .sub a b => value a - value b

def print : Formula → List Token
  | .lit n => [.num n]
  | .neg a => print a ++ [.neg]
  | .add a b => print a ++ (print b ++ [.plus])
  | .sub a b => print a ++ (print b ++ [.minus])

/-- Stack of formulas; `none` when an operand is missing. -/
def read : List Token → List Formula → Option (List Formula)
  | [], stack => some stack
  | .num n :: ts, stack => read ts (.lit n :: stack)
  | .neg :: ts, a :: stack => read ts (.neg a :: stack)
  | .plus :: ts, b :: a :: stack => read ts (.add a b :: stack)
  | .minus :: ts, b :: a :: stack => read ts (.sub a b :: stack)
  | _, _ => none

/-- Compute straight from the tokens. -/
def calculate : List Token → List Int → Option (List Int)
  | [], stack => some stack
  | .num n :: ts, stack => calculate ts (n :: stack)
  | .neg :: ts, a :: stack => calculate ts (-a :: stack)
  | .plus :: ts, b :: a :: stack => calculate ts ((a + b) :: stack)
  | .minus :: ts, b :: a :: stack => calculate ts ((a - b) :: stack)
  | _, _ => none

theorem read_print (e : Formula) : read (print e) [] = some [e] := by
  sorry

/-- Calculating is reading and then evaluating, whatever the tokens. -/
theorem calculate_eq (ts : List Token) : calculate ts [] = (read ts []).map (fun s => s.map value) := by
  sorry

end Postfix
