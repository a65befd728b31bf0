/-!
# Compiling expressions for a stack machine

The source language has numbers, variables, sums, products and a conditional. The target is a machine with a stack.
Compiling and then running must give what the evaluator gives.
-/

namespace Compiler

inductive Expr where
  | num (n : Int)
  | var (x : String)
  | add (a b : Expr)
  | mul (a b : Expr)
  | ifZero (c t e : Expr)

abbrev Env := String → Int

def eval (ρ : Env) : Expr → Int
  | .num n => n
  | .var x => ρ x
  | .add a b => eval ρ a + eval ρ b
  | .mul a b => eval ρ a * eval ρ b
  | .ifZero c t e => if eval ρ c = 0 then eval ρ t else eval ρ e

inductive Instr where
  | push (n : Int)
  | load (x : String)
  | add
  | mul
  /-- Pop three numbers; keep the second if the third is zero, else the first. -/
  | select

/-- One step. An instruction that lacks operands leaves the stack as it is. -/
def step (ρ : Env) : Instr → List Int → List Int
  | .push n, σ => n :: σ
  | .load x, σ => ρ x :: σ
  | .add, b :: a :: σ => (a + b) :: σ
  | .mul, b :: a :: σ => (a * b) :: σ
  | .select, e :: t :: c :: σ => (if c = 0 then t else e) :: σ
  | _, σ => σ

def run (ρ : Env) : List Instr → List Int → List Int
  | [], σ => σ
  | i :: is, σ => run ρ is (step ρ i σ)

def compile : Expr → List Instr
  | .num n => [.push n]
  | .var x => [.load x]
  | .add a b => compile a ++ compile b ++ [.add]
  | .mul a b => compile a ++ compile b ++ [.mul]
  | .ifZero c t e => compile c ++ compile t ++ compile e ++ [.select]

/-- The most that running `compile e` adds to the stack. -/
def depth : Expr → Nat
  | .num _ | .var _ => 1
  | .add a b | .mul a b => max (depth a) (depth b + 1)
  | .ifZero c t e => max (depth c) (max (depth t + 1) (depth e + 2))

/-- Fold sums and products of constants. -/
def fold : Expr → Expr
  | .add a b =>
    match fold a, fold b with
    | .num m, .num n => .num (m + n)
    | a', b' => .add a' b'
  | .mul a b =>
    match fold a, fold b with
    | .num m, .num n => .num (m * n)
    | a', b' => .mul a' b'
  | .ifZero c t e => .ifZero (fold c) (fold t) (fold e)
  | e => e

theorem run_append (ρ : Env) (is js : List Instr) (σ : List Int) : run ρ (is ++ js) σ = run ρ js (run ρ is σ) := by
  sorry

/-- Correctness on any stack; the induction needs this generality. -/
theorem run_compile (ρ : Env) (e : Expr) (σ : List Int) : run ρ (compile e) σ = eval ρ e :: σ := by
  sorry

theorem compile_correct (ρ : Env) (e : Expr) : run ρ (compile e) [] = [eval ρ e] := by
  sorry

theorem eval_fold (ρ : Env) (e : Expr) : eval ρ (fold e) = eval ρ e := by
  sorry

theorem depth_pos (e : Expr) : 0 < depth e := by
  sorry

theorem depth_fold_le (e : Expr) : depth (fold e) ≤ depth e := by
  sorry

/-- The optimiser may be put in front of the compiler. -/
theorem compile_fold_correct (ρ : Env) (e : Expr) : run ρ (compile (fold e)) [] = [eval ρ e] := by
  sorry

theorem length_compile_pos (e : Expr) : 0 < (compile e).length := by
  sorry

/-- Equal code, equal meaning: the compiler loses nothing. -/
theorem eval_eq_of_compile_eq (ρ : Env) (a b : Expr) (h : compile a = compile b) : eval ρ a = eval ρ b := by
  sorry

theorem compile_injective {a b : Expr} (h : compile a = compile b) : a = b := by
  sorry

end Compiler
