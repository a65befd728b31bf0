/-! Expressions with variables: substituting, evaluating, and unfolding definitions. -/

namespace Substitution

inductive Expr where
  | num (n : Int)
  | var (x : String)
  | add (a b : Expr)
  | mul (a b : Expr)

abbrev Env := String → Int

def eval (ρ : Env) : Expr → Int
  | .num n => n
  | .var x => ρ x
  | .add a b => eval ρ a + eval ρ b
  | .mul a b => eval ρ a * eval ρ b

def update (ρ : Env) (x : String) (n : Int) : Env := fun y => if y = x then n else ρ y

def subst (x : String) (e : Expr) : Expr → Expr
  | .num n => .num n
  | .var y => if y = x then e else .var y
  | .add a b => .add (subst x e a) (subst x e b)
  | .mul a b => .mul (subst x e a) (subst x e b)

def occurs (x : String) : Expr → Bool
  | .num _ => false
  | .var y => y == x
  | .add a b => occurs x a || occurs x b
  | .mul a b => occurs x a || occurs x b

/-- `let x₁ := e₁; let x₂ := e₂; …`, from left to right. -/
def bind (ρ : Env) : List (String × Expr) → Env
  | [] => ρ
  | (x, e) :: ds => bind (update ρ x (eval ρ e)) ds

def inline : List (String × Expr) → Expr → Expr
  | [], a => a
  | (x, e) :: ds, a => subst x e (inline ds a)

/-- Inlining definitions does not change the value. -/
theorem eval_inline (ρ : Env) (ds : List (String × Expr)) (a : Expr) : eval ρ (inline ds a) = eval (bind ρ ds) a := by
  sorry

theorem eval_update_of_not_occurs (ρ : Env) (x : String) (n : Int) (a : Expr) (h : occurs x a = false) :
    eval (update ρ x n) a = eval ρ a := by
  sorry

/-- Substitutions for different variables can change places. -/
theorem subst_subst (x y : String) (a b e : Expr) (hxy : x ≠ y) (hxb : occurs x b = false) :
    subst y b (subst x a e) = subst x (subst y b a) (subst y b e) := by
  sorry

end Substitution
