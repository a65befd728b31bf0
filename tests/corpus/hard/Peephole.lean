/-! A compiler for a stack machine with registers, and a pass over its code that removes what is not needed. -/

namespace Peephole

inductive Expr where
  | const (n : Int)
  | reg (r : Nat)
  | add (a b : Expr)
  | mul (a b : Expr)
  | neg (a : Expr)

def closed : Expr → Bool
  | .const _ => true
  | .reg _ => false
  | .add a b => closed a && closed b
  | .mul a b => closed a && closed b
  | .neg a => closed a

inductive Instr where
  | push (n : Int)
  | load (r : Nat)
  | add
  | mul
  | neg
deriving DecidableEq

def value (ρ : Nat → Int) : Expr → Int
  | .const n => n
  | .reg r => ρ r
  | .add a b => value ρ a + value ρ b
  | .mul a b => value ρ a * value ρ b
  | .neg a => -value ρ a

def exec (ρ : Nat → Int) : Instr → List Int → Option (List Int)
  | .push n, s => some (n :: s)
  | .load r, s => some (ρ r :: s)
  | .add, b :: a :: s => some ((a + b) :: s)
  | .mul, b :: a :: s => some ((a * b) :: s)
  | .neg, a :: s => some (-a :: s)
  | _, _ => none

def run (ρ : Nat → Int) : List Instr → List Int → Option (List Int)
  | [], s => some s
  | i :: is, s => (exec ρ i s).bind (run ρ is)

/-- The code of `e`, then `rest`. -/
def compile : Expr → List Instr → List Instr
  | .const n, rest => .push n :: rest
  | .reg r, rest => .load r :: rest
  | .add a b, rest => compile a (compile b (.add :: rest))
  | .mul a b, rest => compile a (compile b (.mul :: rest))
  | .neg a, rest => compile a (.neg :: rest)

/-- Put an instruction in front of code that is already optimised. -/
def front : Instr → List Instr → List Instr
  | .push n, .neg :: is => front (.push (-n)) is
  | .push n, .push m :: .add :: is => front (.push (n + m)) is
  | .push n, .push m :: .mul :: is => front (.push (n * m)) is
  | .push n, .add :: is => if n = 0 then is else .push n :: .add :: is
  | .push n, .mul :: is => if n = 1 then is else .push n :: .mul :: is
  | .neg, .neg :: is => is
  | i, is => i :: is
termination_by _ is => is.length

def optimise : List Instr → List Instr
  | [] => []
  | i :: is => front i (optimise is)

theorem run_compile (ρ : Nat → Int) (e : Expr) : run ρ (compile e []) [] = some [value ρ e] := by
  sorry

theorem run_optimise (ρ : Nat → Int) (is : List Instr) (s t : List Int) (h : run ρ is s = some t) :
    run ρ (optimise is) s = some t := by
  sorry

/-- Code gets no longer. -/
theorem length_optimise (is : List Instr) : (optimise is).length ≤ is.length := by
  sorry

/-- An expression without registers compiles to one instruction. -/
theorem optimise_compile (ρ : Nat → Int) (e : Expr) (h : closed e = true) :
    optimise (compile e []) = [.push (value ρ e)] := by
  sorry

end Peephole
