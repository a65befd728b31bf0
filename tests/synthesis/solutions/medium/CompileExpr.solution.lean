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

def compile (e : Expr) : List Instr :=
  match e with
  | .num n => [.push n]
  | .add a b => compile a ++ compile b ++ [.add]
  | .sub a b => compile a ++ compile b ++ [.sub]

theorem run_compile_append (e : Expr) (code : List Instr) (stack : List Int) :
    run (compile e ++ code) stack = run code (eval e :: stack) := by
  induction e generalizing code stack with
  | num n => simp [compile, eval, run]
  | add a b iha ihb => simp [compile, eval, iha, ihb, run]
  | sub a b iha ihb => simp [compile, eval, iha, ihb, run]

theorem run_compile (e : Expr) (stack : List Int) : run (compile e) stack = some (eval e :: stack) := by
  simpa [run] using run_compile_append e [] stack

end CompileExpr
