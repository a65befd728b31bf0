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

def add (a b : Expr) : Expr :=
  if a = .num 0 then b else if b = .num 0 then a else .add a b

def mul (a b : Expr) : Expr :=
  if a = .num 0 then .num 0 else if b = .num 0 then .num 0
  else if a = .num 1 then b else if b = .num 1 then a else .mul a b

def simplify (e : Expr) : Expr :=
  match e with
  | .num n => .num n
  | .var => .var
  | .add a b => add (simplify a) (simplify b)
  | .mul a b => mul (simplify a) (simplify b)

theorem eval_add (x : Int) (a b : Expr) : eval x (add a b) = eval x a + eval x b := by
  unfold add; repeat' split
  all_goals simp_all [eval]

theorem eval_mul (x : Int) (a b : Expr) : eval x (mul a b) = eval x a * eval x b := by
  unfold mul; repeat' split
  all_goals simp_all [eval]

theorem eval_simplify (x : Int) (e : Expr) : eval x (simplify e) = eval x e := by
  induction e with
  | num n => rfl
  | var => rfl
  | add a b iha ihb => simp [simplify, eval_add, iha, ihb, eval]
  | mul a b iha ihb => simp [simplify, eval_mul, iha, ihb, eval]

theorem simple_add (a b : Expr) (ha : simple a) (hb : simple b) : simple (add a b) := by
  unfold add; repeat' split
  all_goals simp_all [simple]

theorem simple_mul (a b : Expr) (ha : simple a) (hb : simple b) : simple (mul a b) := by
  unfold mul; repeat' split
  all_goals simp_all [simple]

theorem simplify_simple (e : Expr) : simple (simplify e) = true := by
  induction e with
  | num n => rfl
  | var => rfl
  | add a b iha ihb => exact simple_add _ _ iha ihb
  | mul a b iha ihb => exact simple_mul _ _ iha ihb

end Simplify
