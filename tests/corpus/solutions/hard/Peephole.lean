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

/-- Auxiliary -/
theorem run_compile_append (ρ : Nat → Int) (e : Expr) (rest : List Instr) (s : List Int) :
    run ρ (compile e rest) s = run ρ rest (value ρ e :: s) := by
  induction e generalizing rest s <;> simp_all [compile, run, exec, value]

theorem run_compile (ρ : Nat → Int) (e : Expr) : run ρ (compile e []) [] = some [value ρ e] := by
  simp [run_compile_append, run]

/-- Auxiliary: whatever runs through keeps running through, with the same end. -/
theorem run_front (ρ : Nat → Int) (i : Instr) (is : List Instr) (s t : List Int)
    (h : run ρ (i :: is) s = some t) : run ρ (front i is) s = some t := by
  fun_induction front i is generalizing s with
  | case1 n is ih => exact ih s (by simpa [run, exec] using h)
  | case2 n m is ih => exact ih s (by simpa [run, exec] using h)
  | case3 n m is ih => exact ih s (by simpa [run, exec] using h)
  | case4 is => cases s <;> simp_all [run, exec]
  | case5 n is hn => exact h
  | case6 is => cases s <;> simp_all [run, exec]
  | case7 n is hn => exact h
  | case8 is => cases s <;> simp_all [run, exec]
  | case9 => exact h

theorem run_optimise (ρ : Nat → Int) (is : List Instr) (s t : List Int) (h : run ρ is s = some t) :
    run ρ (optimise is) s = some t := by
  induction is generalizing s with
  | nil => exact h
  | cons i is ih =>
    apply run_front
    simp only [run] at h ⊢
    cases he : exec ρ i s with
    | none => simp [he] at h
    | some u => rw [he] at h; exact ih u h

/-- Code gets no longer. -/
theorem length_optimise (is : List Instr) : (optimise is).length ≤ is.length := by
  have h : ∀ i is, (front i is).length ≤ is.length + 1 := by
    intro i is
    fun_induction front i is <;> simp_all <;> omega
  induction is with
  | nil => simp [optimise]
  | cons i is ih =>
    have := h i (optimise is)
    simp only [optimise, List.length_cons]
    omega

/-- An expression without registers compiles to one instruction. -/
theorem optimise_compile (ρ : Nat → Int) (e : Expr) (h : closed e = true) :
    optimise (compile e []) = [.push (value ρ e)] := by
  suffices g : ∀ rest, optimise (compile e rest) = front (.push (value ρ e)) (optimise rest) by
    rw [g]; simp [optimise, front]
  have hadd (n m : Int) (is : List Instr) :
      front (.push n) (front (.push m) (front .add is)) = front (.push (n + m)) is := by
    rw [front.eq_def .add is, front.eq_def (.push m)]
    by_cases hm : m = 0
    · simp [hm]
    · simp only [hm, if_false]
      rw [front.eq_def (.push n)]
  have hmul (n m : Int) (is : List Instr) :
      front (.push n) (front (.push m) (front .mul is)) = front (.push (n * m)) is := by
    rw [front.eq_def .mul is, front.eq_def (.push m)]
    by_cases hm : m = 1
    · simp [hm]
    · simp only [hm, if_false]
      rw [front.eq_def (.push n)]
  have hneg (n : Int) (is : List Instr) : front (.push n) (front .neg is) = front (.push (-n)) is := by
    rw [front.eq_def .neg is]
    split
    · next h => cases h
    · next h => cases h
    · next h => cases h
    · next h => cases h
    · next h => cases h
    · next is _ => rw [front.eq_def (.push (-n))]; simp
    · rw [front.eq_def (.push n)]
  induction e with
  | const n => intro rest; rfl
  | reg r => simp [closed] at h
  | add a b iha ihb =>
    simp only [closed, Bool.and_eq_true] at h
    intro rest
    rw [compile, iha h.1, ihb h.2, optimise, hadd, value]
  | mul a b iha ihb =>
    simp only [closed, Bool.and_eq_true] at h
    intro rest
    rw [compile, iha h.1, ihb h.2, optimise, hmul, value]
  | neg a iha =>
    intro rest
    rw [compile, iha h, optimise, hneg, value]

end Peephole
