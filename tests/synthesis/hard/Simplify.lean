/-! Simplifying expressions: nothing is added to 0 or multiplied by 0 or 1 in the result. -/

namespace Simplify

inductive Expr where
  | num (n : Int)
  | var
  | add (a b : Expr)
  | mul (a b : Expr)
  deriving DecidableEq

def eval (x : Int) : Expr → Int
  | .num n => n
  | .var => x
  | .add a b => eval x a + eval x b
  | .mul a b => eval x a * eval x b

/-- There is nothing more to simplify. -/
def simple : Expr → Bool
  | .num _ => true
  | .var => true
  | .add a b => simple a && simple b && a != .num 0 && b != .num 0
  | .mul a b => simple a && simple b && a != .num 0 && b != .num 0 && a != .num 1 && b != .num 1

def simplify (e : Expr) : Expr := sorry

theorem eval_simplify (x : Int) (e : Expr) : eval x (simplify e) = eval x e := by
  sorry

theorem simplify_simple (e : Expr) : simple (simplify e) = true := by
  sorry

end Simplify
