"""Lean code that drives a worker over its limits, and the questions that show whether one still answers rightly."""

from __future__ import annotations

import itertools

from lean_project.model import Limits, Snapshot
from lean_project.pool import Pool

PATIENT = Limits(seconds=120.0)

ENDLESS = """\
set_option maxHeartbeats 0 in
set_option maxRecDepth 100000000 in
theorem endless : True := by
""" + "".join(
    f"  have : (List.range 30000).foldl (· + ·) {n} = 7 + (List.range 30000).foldl (· + ·) {n} := by try decide\n"
    for n in range(50)
)
"""Busy for minutes, with a steady use of memory; Lean's elaborator sees that it shall stop."""

DEAF = """\
theorem deaf : Nat.gcd (3 ^ 2 ^ 23) (5 ^ 2 ^ 23) = 2 := by
  set_option exponentiation.threshold 100000000000 in
  decide +kernel
"""
"""Busy for minutes inside one operation on big numbers, where nobody looks at a flag."""

GREEDY = """\
def hold : Nat → List (Array Nat) → Nat
  | 0, kept => match kept with | [] => 0 | first :: _ => first.size
  | n + 1, kept => hold n (Array.replicate 1000000 n :: kept)
#eval hold 100000 []
"""
"""Takes 4 MB after the other and gives none back."""

DEEP_EVALUATION = "def deep : Nat → Nat | 0 => 0 | n + 1 => deep n + 1\n#eval deep 10000000\n"
"""Recursion in the interpreter, which does not look at how much stack is left."""

DEEP_MACRO = """\
macro "deeper" : tactic => `(tactic| skip)
macro_rules | `(tactic| deeper) => `(tactic| (skip; deeper))
set_option maxRecDepth 100000000
set_option maxHeartbeats 0
theorem deep : True := by deeper
"""
"""A macro that expands to itself, with Lean's own guard turned off."""

DEEP_WITHIN_BOUNDS = 'macro "deeper" : tactic => `(tactic| skip)\n' + "".join(
    line + "\n" for line in DEEP_MACRO.splitlines()[1:] if not line.startswith("set_option")
)
"""The same with the guard in place."""

_numbers = itertools.count()


def root(pool: Pool) -> Snapshot:
    snapshot = pool.open("").snapshot
    assert snapshot is not None
    return snapshot


def assert_answers_rightly(pool: Pool, on: Snapshot | None = None) -> None:
    """A true statement is proved and its false neighbours are not. Nothing of it comes out of a cache."""
    base = on or root(pool)
    name = f"probe{next(_numbers)}"
    true = pool.elaborate(base, f"theorem {name} (a b : Nat) (h : a < b) : a + 1 ≤ b := by omega", PATIENT)
    assert not true.cached and not true.has_error and true.commands[0].declarations == (name,)
    for wrong in (
        f"theorem {name} (a b : Nat) (h : a < b) : a + 2 ≤ b := by omega",
        f"theorem {name} : 2 + 2 = 5 := by decide",
        f"theorem {name} : False := by simp",
    ):
        assert pool.elaborate(base, wrong, PATIENT).has_error, wrong
