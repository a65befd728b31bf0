/-! Arithmetic expressions and simplification. -/

namespace Expressions

inductive Expr
  | num (n : Nat)
  | var (x : Nat)
  | plus (a b : Expr)
  | times (a b : Expr)

def eval (env : Nat → Nat) : Expr → Nat
  | .num n => n
  | .var x => env x
  | .plus a b => eval env a + eval env b
  | .times a b => eval env a * eval env b

def flip : Expr → Expr
  | .plus a b => .plus (flip b) (flip a)
  | .times a b => .times (flip b) (flip a)
  | e => e

def ops : Expr → Nat
  | .plus a b => ops a + ops b + 1
  | .times a b => ops a + ops b + 1
  | _ => 0

def fold : Expr → Expr
  | .plus a b =>
    match fold a, fold b with
    | .num m, .num n => .num (m + n)
    | a, b => .plus a b
  | .times a b => .times (fold a) (fold b)
  | e => e

theorem eval_flip (env : Nat → Nat) (e : Expr) : eval env (flip e) = eval env e := by
  sorry

theorem ops_flip (e : Expr) : ops (flip e) = ops e := by
  sorry

theorem flip_flip (e : Expr) : flip (flip e) = e := by
  sorry

theorem eval_fold (env : Nat → Nat) (e : Expr) : eval env (fold e) = eval env e := by
  sorry

theorem ops_fold (e : Expr) : ops (fold e) ≤ ops e := by
  sorry

theorem eval_plus_comm (env : Nat → Nat) (a b : Expr) : eval env (.plus a b) = eval env (.plus b a) := by
  sorry

theorem eval_le (env : Nat → Nat) (a b : Expr) : eval env a ≤ eval env (.plus a b) := by
  sorry

end Expressions
