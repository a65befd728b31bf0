/-! Compiling arithmetic to a stack machine. -/

namespace CompileExpr

inductive Expr where
  | num (n : Int)
  | add (a b : Expr)
  | sub (a b : Expr)
  deriving DecidableEq

inductive Instr where
  | push (n : Int)
  | add
  | sub
  deriving DecidableEq

def eval : Expr → Int
  | .num n => n
  | .add a b => eval a + eval b
  | .sub a b => eval a - eval b

/-- Run on a stack; the last operand is on top. `none`: an operand is missing. -/
def run : List Instr → List Int → Option (List Int)
  | [], stack => some stack
  | .push n :: code, stack => run code (n :: stack)
  | .add :: code, b :: a :: stack => run code ((a + b) :: stack)
  | .sub :: code, b :: a :: stack => run code ((a - b) :: stack)
  | _, _ => none

def compile (e : Expr) : List Instr := sorry

theorem run_compile (e : Expr) (stack : List Int) : run (compile e) stack = some (eval e :: stack) := by
  sorry

end CompileExpr
