/-! A printer that sets brackets only where they are needed, and a parser by recursive descent that reads it back. -/

namespace Parser

inductive Expr where
  | num (n : Nat)
  | add (a b : Expr)
  | mul (a b : Expr)

inductive Token where
  | num (n : Nat)
  | plus
  | times
  | «open»
  | close
deriving DecidableEq

/-- Where an expression stands: as a sum, as a product, as a factor. -/
inductive Level where
  | sum
  | product
  | factor

def brackets (ts : List Token) : List Token := .open :: ts ++ [.close]

/-- Sums and products associate to the right. -/
def print : Level → Expr → List Token
  | _, .num n => [.num n]
  | .sum, .add a b => print .product a ++ .plus :: print .sum b
  | _, .add a b => brackets (print .product a ++ .plus :: print .sum b)
  | .factor, .mul a b => brackets (print .factor a ++ .times :: print .product b)
  | _, .mul a b => print .factor a ++ .times :: print .product b

/-- Read an expression of a level; what is left over is part of the answer. The first argument bounds the depth. -/
def parse : Nat → Level → List Token → Option (Expr × List Token)
  | 0, _, _ => none
  | fuel + 1, .sum, ts =>
    match parse fuel .product ts with
    | some (a, .plus :: ts) => (parse fuel .sum ts).map fun (b, ts) => (.add a b, ts)
    | r => r
  | fuel + 1, .product, ts =>
    match parse fuel .factor ts with
    | some (a, .times :: ts) => (parse fuel .product ts).map fun (b, ts) => (.mul a b, ts)
    | r => r
  | _ + 1, .factor, .num n :: ts => some (.num n, ts)
  | fuel + 1, .factor, .open :: ts =>
    match parse fuel .sum ts with
    | some (a, .close :: ts) => some (a, ts)
    | _ => none
  | _ + 1, .factor, _ => none

def read (ts : List Token) : Option Expr :=
  match parse (3 * ts.length + 3) .sum ts with
  | some (e, []) => some e
  | _ => none

theorem read_print (e : Expr) : read (print .sum e) = some e := by
  sorry

end Parser
