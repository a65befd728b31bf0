/-! Pushing negations down to the variables. -/

namespace NegationNormal

inductive Formula where
  | var (i : Nat)
  | not (a : Formula)
  | and (a b : Formula)
  | or (a b : Formula)
  | imp (a b : Formula)

def eval (v : Nat → Bool) : Formula → Bool
  | .var i => v i
  | .not a => !eval v a
  | .and a b => eval v a && eval v b
  | .or a b => eval v a || eval v b
  | .imp a b => !eval v a || eval v b

/-- `nnf true a` is equivalent to `a`, `nnf false a` to its negation. -/
def nnf : Bool → Formula → Formula
  | true, .var i => .var i
  | false, .var i => .not (.var i)
  | s, .not a => nnf (!s) a
  | true, .and a b => .and (nnf true a) (nnf true b)
  | false, .and a b => .or (nnf false a) (nnf false b)
  | true, .or a b => .or (nnf true a) (nnf true b)
  | false, .or a b => .and (nnf false a) (nnf false b)
  | true, .imp a b => .or (nnf false a) (nnf true b)
  | false, .imp a b => .and (nnf true a) (nnf false b)

/-- Negations stand before variables only, and there are no implications. -/
def normal : Formula → Bool
  | .var _ => true
  | .not (.var _) => true
  | .not _ => false
  | .and a b => normal a && normal b
  | .or a b => normal a && normal b
  | .imp _ _ => false

def variables : Formula → List Nat
  | .var i => [i]
  | .not a => variables a
  | .and a b => variables a ++ variables b
  | .or a b => variables a ++ variables b
  | .imp a b => variables a ++ variables b

theorem eval_nnf (v : Nat → Bool) (a : Formula) : eval v (nnf true a) = eval v a := by
  suffices h : ∀ s, eval v (nnf s a) = (eval v a == s) by simp [h]
  induction a <;> intro s <;> cases s <;> simp_all [nnf, eval] <;> grind

theorem normal_nnf (s : Bool) (a : Formula) : normal (nnf s a) = true := by
  induction a generalizing s <;> cases s <;> simp_all [nnf, normal]

theorem variables_nnf (s : Bool) (a : Formula) : variables (nnf s a) = variables a := by
  induction a generalizing s <;> cases s <;> simp_all [nnf, variables]

/-- Formulas in normal form stay as they are. -/
theorem nnf_of_normal (a : Formula) (h : normal a = true) : nnf true a = a := by
  fun_induction normal a <;> simp_all [nnf]

end NegationNormal
