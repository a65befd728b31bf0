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

/-- Auxiliary -/
theorem read_print_append (e : Formula) (ts : List Token) (stack : List Formula) :
    read (print e ++ ts) stack = read ts (e :: stack) := by
  induction e generalizing ts stack with
  | lit n => simp [print, read]
  | neg a ih => simp [print, ih, read]
  | add a b iha ihb => simp [print, iha, ihb, read]
  | sub a b iha ihb => simp [print, iha, ihb, read]

theorem read_print (e : Formula) : read (print e) [] = some [e] := by
  simpa [read] using read_print_append e [] []

/-- Calculating is reading and then evaluating, whatever the tokens. -/
theorem calculate_eq (ts : List Token) : calculate ts [] = (read ts []).map (fun s => s.map value) := by
  suffices h : ∀ stack, calculate ts (stack.map value) = (read ts stack).map (fun s => s.map value) from h []
  induction ts with
  | nil => intro stack; rfl
  | cons t ts ih =>
    intro stack
    cases t with
    | num n => simpa [calculate, read, value] using ih (.lit n :: stack)
    | neg =>
      match stack with
      | [] => rfl
      | a :: s => simpa [calculate, read, value] using ih (.neg a :: s)
    | plus =>
      match stack with
      | [] => rfl
      | [a] => rfl
      | b :: a :: s => simpa [calculate, read, value] using ih (.add a b :: s)
    | minus =>
      match stack with
      | [] => rfl
      | [a] => rfl
      | b :: a :: s => simpa [calculate, read, value] using ih (.sub a b :: s)

end Postfix
