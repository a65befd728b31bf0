"""The file's own functions as components, on real Lean: which there are, what they compute, a file that needs one."""

from __future__ import annotations

from pathlib import Path

import pytest
from synthesising import Bench

from decompose.spec import load_spec
from decompose.text import decode
from lean_project.pool import Pool
from prover.synth.components import Component, Stuck
from prover.synth.holes import program_holes
from prover.synth.own import own_components, own_functions
from prover.synth.properties import read_properties
from prover.synth.report import SynthStatus
from prover.synth.signature import Signature, read_signature

pytestmark = [pytest.mark.lean, pytest.mark.timeout(900)]

FILE = """\
namespace N
inductive Tree where
  | leaf
  | node (left : Tree) (value : Int) (right : Tree)

inductive Nested where
  | many (parts : List Nested)

inductive Colour where
  | red
  | other (name : String)

def limit : Nat := 3
def twice (n : Nat) : Nat := n + n
def signs (xs : List Int) : List (Bool × Option Int) :=
  xs.map fun x => (decide (x < 0), if x = 0 then none else some (-x))
def mirror : Tree → Tree
  | .leaf => .leaf
  | .node l x r => .node (mirror r) x (mirror l)
def nest (n : Nat) : Nested := .many (List.replicate n (.many []))
def colour (s : String) (c : Char) : Colour := if s.toList.contains c then .red else .other (s ++ "!")
def halves (n : Nat) : Nat := if h : n = 0 then 0 else halves (n / 2) + 1
termination_by n
opaque unknown : Nat → Nat
def stuck (n : Nat) : Nat := match n with
  | 0 => 7
  | n + 1 => unknown n
def each (f : Nat → Nat) (n : Nat) : Nat := f n
def poly {α : Type} (xs : List α) : Nat := xs.length
def spec (n : Nat) : Nat := n * n
def isSmall (n : Nat) : Prop := n < 3
private def hidden (n : Nat) : Nat := n
def open' (n : Nat) : Nat := sorry

def f (n : Nat) (xs : List Int) (t : Tree) (s : String) (c : Char) : Nat := sorry

def late (n : Nat) : Nat := n
theorem f_spec (n xs t s c) : f n xs t s c = spec n := sorry
end N
"""


@pytest.fixture(scope="module")
def found(embedded: Pool) -> dict[str, Component]:
    spec = load_spec(decode(FILE.encode(), "spec"), embedded)
    hole = next(each for each in program_holes(spec) if each.name == "N.f")
    properties = read_properties(embedded, spec, hole.name, ignored=["N.open'"])
    signature = read_signature(properties, hole.name)
    assert isinstance(signature, Signature)
    functions = own_functions(spec, hole, properties, signature, ["N.spec"])
    return {each.name: each for each in own_components(embedded, properties, functions)}


def test_only_what_may_be_called_and_read(found: dict[str, Component]) -> None:
    assert list(found) == ["N.stuck", "N.halves", "N.colour", "N.mirror", "N.signs", "N.twice", "N.limit"]
    assert found["N.signs"].template == "N.signs {0}"
    assert found["N.colour"].result.name == "N.Colour"


LEAF = (0,)


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("limit", (), 3),
        ("halves", (9,), 4),
        ("twice", (21,), 42),
        ("twice", (0,), 0),
        ("signs", ((),), ()),
        ("signs", ((3, 0, -2),), ((False, (-3,)), (False, None), (True, (2,)))),
        ("mirror", ((1, (1, LEAF, -2, LEAF), 5, LEAF),), (1, LEAF, 5, (1, LEAF, -2, LEAF))),
        ("colour", ("ab", "b"), (0,)),
        ("colour", ("", "é"), (1, "!")),
    ],
)
def test_values_are_those_of_lean(found: dict[str, Component], name: str, given: tuple, value: object) -> None:
    component = found[f"N.{name}"]
    assert component.prepare is not None
    with pytest.raises(Stuck):
        component.run(*given)
    component.prepare([given])
    assert component.run(*given) == value


def test_what_is_too_large_or_cannot_be_computed_is_stuck_and_costs_no_other(found: dict[str, Component]) -> None:
    signs, stuck = found["N.signs"], found["N.stuck"]
    assert signs.prepare is not None and stuck.prepare is not None
    signs.prepare([((1,),), (tuple(range(40)),), ((2,),)])
    assert signs.run((2,)) == ((False, (-2,)),)
    with pytest.raises(Stuck):
        signs.run(tuple(range(40)))
    stuck.prepare([(n,) for n in range(4)])
    assert stuck.run(0) == 7
    with pytest.raises(Stuck):
        stuck.run(1)


TWO = """\
def down : Nat → List Nat
  | 0 => []
  | n + 1 => (n + 1) :: down n

def ups (n : Nat) : List Nat := sorry

theorem ups_spec (n : Nat) : ups n = down n := by sorry

-- gentzen: allow ups
def both (n m : Nat) : List Nat := sorry

theorem both_spec (n m : Nat) : both n m = ups n ++ ups m := by sorry
"""


def test_a_program_calls_the_one_that_was_found_before_it(embedded: Pool, tmp_path: Path) -> None:
    bench = Bench(embedded, tmp_path, TWO)
    report = bench.run()
    assert report.status is SynthStatus.VERIFIED, report.reason
    first, second = report.holes
    assert first.program is not None and "match n with" in first.program and "down" not in first.program
    assert second.program is not None and second.program.count("ups") == 2 and second.origin == "enumeration"
    assert second.program in bench.output.read_text(encoding="utf-8")
