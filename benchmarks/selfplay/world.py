"""The world of the self-play benchmark: small programs whose functions are called f and g, with theorems about them.

Since names say nothing, what is learned is which proof fits which statement; programs of the held-out part are other
programs. Every theorem is true: `gentzen bench` on the written folder, portfolio, 12 calls, proves all 110.
"""

from __future__ import annotations

from pathlib import Path

_TREE = """inductive T
  | leaf
  | node (l r : T)

def g : T → T
  | .leaf => .leaf
  | .node l r => .node (g r) (g l)

"""
PROGRAMS: dict[str, tuple[str, tuple[str, ...]]] = {
    "append": (
        "def f : List Nat → List Nat → List Nat\n  | [], ys => ys\n  | x :: xs, ys => x :: f xs ys",
        (
            "(xs : List Nat) : f xs [] = xs",
            "(ys : List Nat) : f [] ys = ys",
            "(xs ys zs : List Nat) : f (f xs ys) zs = f xs (f ys zs)",
            "(xs ys : List Nat) : f xs ys = xs ++ ys",
            "(xs ys : List Nat) : (f xs ys).length = xs.length + ys.length",
        ),
    ),
    "length": (
        "def f : List Nat → Nat\n  | [] => 0\n  | _ :: xs => f xs + 1",
        (
            ": f [] = 0",
            "(x : Nat) (xs : List Nat) : f (x :: xs) = f xs + 1",
            "(xs : List Nat) : f xs = xs.length",
            "(xs ys : List Nat) : f (xs ++ ys) = f xs + f ys",
            "(x : Nat) (xs : List Nat) : 0 < f (x :: xs)",
        ),
    ),
    "sum": (
        "def f : List Nat → Nat\n  | [] => 0\n  | x :: xs => x + f xs",
        (
            ": f [] = 0",
            "(x : Nat) : f [x] = x",
            "(xs ys : List Nat) : f (xs ++ ys) = f xs + f ys",
            "(x : Nat) (xs : List Nat) : x ≤ f (x :: xs)",
            "(xs : List Nat) : f (0 :: xs) = f xs",
        ),
    ),
    "double": (
        "def f : Nat → Nat\n  | 0 => 0\n  | n + 1 => f n + 2",
        (
            ": f 0 = 0",
            "(n : Nat) : f n = 2 * n",
            "(n : Nat) : f (n + 1) = f n + 2",
            "(m n : Nat) : f (m + n) = f m + f n",
            "(n : Nat) : n ≤ f n",
        ),
    ),
    "map_succ": (
        "def f : List Nat → List Nat\n  | [] => []\n  | x :: xs => (x + 1) :: f xs",
        (
            ": f [] = []",
            "(xs : List Nat) : (f xs).length = xs.length",
            "(xs ys : List Nat) : f (xs ++ ys) = f xs ++ f ys",
            "(xs : List Nat) : f xs = xs.map (· + 1)",
            "(x : Nat) : f [x] = [x + 1]",
        ),
    ),
    "repeat": (
        "def f : Nat → Nat → List Nat\n  | 0, _ => []\n  | n + 1, x => x :: f n x",
        (
            "(x : Nat) : f 0 x = []",
            "(n x : Nat) : (f n x).length = n",
            "(m n x : Nat) : f (m + n) x = f m x ++ f n x",
            "(x : Nat) : f 1 x = [x]",
            "(n x : Nat) : f n x = List.replicate n x",
        ),
    ),
    "negate": (
        "def f (b : Bool) : Bool := !b",
        (
            "(b : Bool) : f (f b) = b",
            ": f true = false",
            "(a b : Bool) : f (a && b) = (f a || f b)",
            "(a b : Bool) : f (a || b) = (f a && f b)",
            "(b : Bool) : f b ≠ b",
        ),
    ),
    "either": (
        "def f (a b : Bool) : Bool := (a || b) && !(a && b)",
        (
            "(a b : Bool) : f a b = f b a",
            "(a : Bool) : f a a = false",
            "(a : Bool) : f a false = a",
            "(a b c : Bool) : f (f a b) c = f a (f b c)",
            "(a : Bool) : f a true = !a",
        ),
    ),
    "larger": (
        "def f (m n : Nat) : Nat := if m ≤ n then n else m",
        (
            "(n : Nat) : f n n = n",
            "(m n : Nat) : f m n = f n m",
            "(m n : Nat) : m ≤ f m n",
            "(m n : Nat) : n ≤ f m n",
            "(n : Nat) : f 0 n = n",
            "(k m n : Nat) : f (f k m) n = f k (f m n)",
        ),
    ),
    "size": (
        _TREE + "def f : T → Nat\n  | .leaf => 1\n  | .node l r => f l + f r",
        (
            ": f .leaf = 1",
            "(t : T) : g (g t) = t",
            "(t : T) : f (g t) = f t",
            "(t : T) : 0 < f t",
            "(l r : T) : f (.node l r) = f l + f r",
        ),
    ),
    "option": (
        "def f (d : Nat) : Option Nat → Nat\n  | none => d\n  | some x => x",
        (
            "(d : Nat) : f d none = d",
            "(d x : Nat) : f d (some x) = x",
            "(o : Option Nat) : f 0 o = o.getD 0",
            "(d : Nat) (o : Option Nat) : f d o = o.getD d",
            "(d e : Nat) (o : Option Nat) : f d (some (f e o)) = f e o",
        ),
    ),
    "swap": (
        "def f (p : Nat × Nat) : Nat × Nat := (p.2, p.1)",
        (
            "(p : Nat × Nat) : f (f p) = p",
            "(a b : Nat) : f (a, b) = (b, a)",
            "(p : Nat × Nat) : (f p).1 = p.2",
            "(p : Nat × Nat) : (f p).1 + (f p).2 = p.1 + p.2",
            "(a : Nat) : f (a, a) = (a, a)",
        ),
    ),
    "multiply": (
        "def f : Nat → Nat → Nat\n  | 0, _ => 0\n  | m + 1, n => f m n + n",
        (
            "(n : Nat) : f 0 n = 0",
            "(m n : Nat) : f m n = m * n",
            "(n : Nat) : f 1 n = n",
            "(m : Nat) : f m 0 = 0",
            "(m n : Nat) : f (m + 1) n = f m n + n",
        ),
    ),
    "keep": (
        "def f (p : Nat → Bool) : List Nat → List Nat\n  | [] => []\n"
        "  | x :: xs => if p x then x :: f p xs else f p xs",
        (
            "(p : Nat → Bool) : f p [] = []",
            "(p : Nat → Bool) (xs : List Nat) : f p xs = xs.filter p",
            "(p : Nat → Bool) (xs : List Nat) : (f p xs).length ≤ xs.length",
            "(p : Nat → Bool) (xs ys : List Nat) : f p (xs ++ ys) = f p xs ++ f p ys",
            "(p : Nat → Bool) (xs : List Nat) : f p (f p xs) = f p xs",
        ),
    ),
    "every": (
        "def f (p : Nat → Bool) : List Nat → Bool\n  | [] => true\n  | x :: xs => p x && f p xs",
        (
            "(p : Nat → Bool) : f p [] = true",
            "(p : Nat → Bool) (xs : List Nat) : f p xs = xs.all p",
            "(p : Nat → Bool) (xs ys : List Nat) : f p (xs ++ ys) = (f p xs && f p ys)",
            "(p : Nat → Bool) (x : Nat) : f p [x] = p x",
        ),
    ),
    "half": (
        "def f (n : Nat) : Nat := n / 2",
        (
            "(n : Nat) : f n ≤ n",
            "(n : Nat) : f (2 * n) = n",
            "(n : Nat) : f (n + 2) = f n + 1",
            ": f 7 = 3",
            "(n : Nat) : 2 * f n ≤ n",
        ),
    ),
    # ---- held out --------------------------------------------------------------------------------------------------
    "product": (
        "def f : List Nat → Nat\n  | [] => 1\n  | x :: xs => x * f xs",
        (
            ": f [] = 1",
            "(x : Nat) : f [x] = x",
            "(x : Nat) (xs : List Nat) : f (x :: xs) = x * f xs",
            "(xs : List Nat) : f (1 :: xs) = f xs",
        ),
    ),
    "stutter": (
        "def f : List Nat → List Nat\n  | [] => []\n  | x :: xs => x :: x :: f xs",
        (
            ": f [] = []",
            "(xs : List Nat) : (f xs).length = 2 * xs.length",
            "(xs ys : List Nat) : f (xs ++ ys) = f xs ++ f ys",
            "(x : Nat) : f [x] = [x, x]",
        ),
    ),
    "triple": (
        "def f : Nat → Nat\n  | 0 => 0\n  | n + 1 => f n + 3",
        (
            ": f 0 = 0",
            "(n : Nat) : f n = 3 * n",
            "(m n : Nat) : f (m + n) = f m + f n",
            "(n : Nat) : n ≤ f n",
        ),
    ),
    "smaller": (
        "def f (m n : Nat) : Nat := if m ≤ n then m else n",
        (
            "(n : Nat) : f n n = n",
            "(m n : Nat) : f m n = f n m",
            "(m n : Nat) : f m n ≤ m",
            "(n : Nat) : f 0 n = 0",
        ),
    ),
    "implies": (
        "def f (a b : Bool) : Bool := !a || b",
        (
            "(a : Bool) : f a a = true",
            "(b : Bool) : f true b = b",
            "(a b : Bool) : f a b = f (!b) (!a)",
            "(a : Bool) : f false a = true",
        ),
    ),
    "some_of": (
        "def f (p : Nat → Bool) : List Nat → Bool\n  | [] => false\n  | x :: xs => p x || f p xs",
        (
            "(p : Nat → Bool) : f p [] = false",
            "(p : Nat → Bool) (xs : List Nat) : f p xs = xs.any p",
            "(p : Nat → Bool) (xs ys : List Nat) : f p (xs ++ ys) = (f p xs || f p ys)",
        ),
    ),
    "depth": (
        _TREE + "def f : T → Nat\n  | .leaf => 0\n  | .node l r => max (f l) (f r) + 1",
        (
            ": f .leaf = 0",
            "(t : T) : g (g t) = t",
            "(t : T) : f (g t) = f t",
            "(l r : T) : 0 < f (.node l r)",
        ),
    ),
    "first": (
        "def f (d : Nat) : List Nat → Nat\n  | [] => d\n  | x :: _ => x",
        (
            "(d : Nat) : f d [] = d",
            "(d x : Nat) (xs : List Nat) : f d (x :: xs) = x",
            "(d : Nat) (xs : List Nat) : f d xs = xs.headD d",
        ),
    ),
}
HELD_OUT = frozenset({"product", "stutter", "triple", "smaller", "implies", "some_of", "depth", "first"})


def text(name: str) -> str:
    """The program's file, every theorem open."""
    program, statements = PROGRAMS[name]
    stated = "".join(f"\ntheorem t{number} {each} := by\n  sorry\n" for number, each in enumerate(statements, 1))
    return f"{program}\n{stated}"


def write(folder: Path) -> tuple[list[Path], list[Path]]:
    """The files in folder/train and folder/held; both lists of paths."""
    made: tuple[list[Path], list[Path]] = [], []
    for name in PROGRAMS:
        held = name in HELD_OUT
        path = folder / ("held" if held else "train") / f"{name}.lean"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text(name), encoding="utf-8")
        made[held].append(path)
    return made
