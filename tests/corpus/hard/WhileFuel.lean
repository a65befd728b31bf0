/-! A language with loops, run with a bound on the depth, and a pass that removes what does nothing. -/

namespace WhileFuel

abbrev Store := Nat → Int

inductive Term where
  | num (n : Int)
  | var (x : Nat)
  | sub (a b : Term)

inductive Com where
  | skip
  | assign (x : Nat) (a : Term)
  | seq (c d : Com)
  /-- If the term is positive. -/
  | cond (a : Term) (c d : Com)
  /-- While the term is positive. -/
  | loop (a : Term) (c : Com)

def value (s : Store) : Term → Int
  | .num n => n
  | .var x => s x
  | .sub a b => value s a - value s b

def set (s : Store) (x : Nat) (n : Int) : Store := fun y => if y = x then n else s y

/-- `none`: out of fuel. -/
def run : Nat → Com → Store → Option Store
  | 0, _, _ => none
  | _ + 1, .skip, s => some s
  | _ + 1, .assign x a, s => some (set s x (value s a))
  | n + 1, .seq c d, s => (run n c s).bind (run n d)
  | n + 1, .cond a c d, s => if 0 < value s a then run n c s else run n d s
  | n + 1, .loop a c, s => if 0 < value s a then (run n c s).bind (run n (.loop a c)) else some s

def simplify : Com → Com
  | .skip => .skip
  | .assign x a => .assign x a
  | .seq c d =>
    match simplify c, simplify d with
    | .skip, d => d
    | c, .skip => c
    | c, d => .seq c d
  | .cond (.num n) c d => if 0 < n then simplify c else simplify d
  | .cond a c d => .cond a (simplify c) (simplify d)
  | .loop (.num n) c => if 0 < n then .loop (.num n) (simplify c) else .skip
  | .loop a c => .loop a (simplify c)

/-- From `s`, the program ends in `t`. -/
def Ends (c : Com) (s t : Store) : Prop := ∃ n, run n c s = some t

theorem ends_unique (c : Com) (s t u : Store) (h : Ends c s t) (h' : Ends c s u) : t = u := by
  sorry

theorem ends_simplify (c : Com) (s t : Store) : Ends (simplify c) s t ↔ Ends c s t := by
  sorry

end WhileFuel
