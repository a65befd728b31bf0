"""A goal and moves for it: what tests of the embedded model share."""

from __future__ import annotations

from decompose.context import GoalContext
from decompose.reading import parse_goal
from decompose.signatures import read_function
from prover.learned.features import Candidate

REV = "def rev : List Nat → List Nat\n  | [] => []\n  | x :: xs => rev xs ++ [x]"


def context(name: str = "xs", function: str = "rev", other: str = "n") -> GoalContext:
    found, target = parse_goal(
        f"{name} : List Nat\n{other} : Nat\nh : {other} ≤ {name}.length\n⊢ {function} ({function} {name}) = {name}"
    )
    text = REV.replace("rev", function)
    return GoalContext(
        found,
        target,
        (function,),
        (function,),
        (function,),
        functions=(read_function(text, function, function, True, ()),),
    )


def candidates(name: str = "xs", function: str = "rev") -> list[Candidate]:
    tactics = [
        ("close", f"grind [{function}]"),
        ("induction; grind", f"induction {name} <;> grind [{function}]"),
        ("fun_induction; grind", f"fun_induction {function} {name} <;> grind [{function}]"),
        ("induction; simp_all", f"induction {name} <;> simp_all [{function}]"),
    ]
    return [Candidate(label, text, place, 0.5, 0.4, 10_000) for place, (label, text) in enumerate(tactics)]
