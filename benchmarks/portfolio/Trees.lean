/-! Statements over trees and small languages for measuring the portfolio. -/

namespace Trees

inductive Tree (α : Type) where
  | leaf : Tree α
  | node : Tree α → α → Tree α → Tree α

namespace Tree

def mirror : Tree α → Tree α
  | leaf => leaf
  | node l x r => node (mirror r) x (mirror l)

def size : Tree α → Nat
  | leaf => 0
  | node l _ r => size l + 1 + size r

def height : Tree α → Nat
  | leaf => 0
  | node l _ r => max (height l) (height r) + 1

def toList : Tree α → List α
  | leaf => []
  | node l x r => toList l ++ [x] ++ toList r

def map (f : α → β) : Tree α → Tree β
  | leaf => leaf
  | node l x r => node (map f l) (f x) (map f r)

def insert (a : Nat) : Tree Nat → Tree Nat
  | leaf => node leaf a leaf
  | node l x r => if a < x then node (insert a l) x r else if x < a then node l x (insert a r) else node l x r

def Mem (a : Nat) : Tree Nat → Prop
  | leaf => False
  | node l x r => Mem a l ∨ a = x ∨ Mem a r

theorem mirror_mirror (t : Tree α) : mirror (mirror t) = t := by sorry

theorem size_mirror (t : Tree α) : size (mirror t) = size t := by sorry

theorem height_le_size (t : Tree α) : height t ≤ size t := by sorry

theorem toList_length (t : Tree α) : t.toList.length = t.size := by sorry

theorem toList_mirror (t : Tree α) : (mirror t).toList = t.toList.reverse := by sorry

theorem map_id (t : Tree α) : map id t = t := by sorry

theorem map_map (f : α → β) (g : β → γ) (t : Tree α) : map g (map f t) = map (g ∘ f) t := by sorry

theorem map_toList (f : α → β) (t : Tree α) : (map f t).toList = t.toList.map f := by sorry

theorem mem_insert_self (a : Nat) (t : Tree Nat) : Mem a (insert a t) := by sorry

theorem mem_insert (a b : Nat) (t : Tree Nat) : Mem b (insert a t) ↔ b = a ∨ Mem b t := by sorry

theorem mem_toList (a : Nat) (t : Tree Nat) : Mem a t ↔ a ∈ t.toList := by sorry

end Tree

inductive Expr where
  | num (n : Nat)
  | add (a b : Expr)
  | mul (a b : Expr)

def Expr.eval : Expr → Nat
  | num n => n
  | add a b => a.eval + b.eval
  | mul a b => a.eval * b.eval

def Expr.optimize : Expr → Expr
  | num n => num n
  | add a b =>
    match a.optimize, b.optimize with
    | num 0, e => e
    | e, num 0 => e
    | a', b' => add a' b'
  | mul a b => mul a.optimize b.optimize

inductive Instr where
  | push (n : Nat)
  | add
  | mul

def run : List Instr → List Nat → List Nat
  | [], stack => stack
  | .push n :: rest, stack => run rest (n :: stack)
  | .add :: rest, a :: b :: stack => run rest ((b + a) :: stack)
  | .mul :: rest, a :: b :: stack => run rest ((b * a) :: stack)
  | _ :: rest, stack => run rest stack

def compile : Expr → List Instr
  | .num n => [.push n]
  | .add a b => compile a ++ compile b ++ [.add]
  | .mul a b => compile a ++ compile b ++ [.mul]

theorem eval_optimize (e : Expr) : e.optimize.eval = e.eval := by sorry

theorem run_append (p q : List Instr) (stack : List Nat) : run (p ++ q) stack = run q (run p stack) := by sorry

theorem run_compile (e : Expr) (stack : List Nat) : run (compile e) stack = e.eval :: stack := by sorry

theorem compile_correct (e : Expr) : run (compile e) [] = [e.eval] := by sorry

end Trees
