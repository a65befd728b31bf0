"""Variables that hypotheses give away: which ones they are, and that tests with them kill."""

from __future__ import annotations

import pytest

from decompose.spec import load_spec
from decompose.text import decode
from lean_project.model import Limits
from lean_project.pool import Pool
from prover.synth.holes import Candidate, program_holes
from prover.synth.oracle import Oracle
from prover.synth.properties import Properties, read_properties
from prover.synth.signature import Signature, read_signature
from prover.synth.tester import Effort, Fate, Tester
from prover.synth.witness import test_of as read_test

pytestmark = [pytest.mark.lean, pytest.mark.timeout(600)]

FILE = """\
def f (xs : List Nat) : Option (Nat × List Nat) := sorry

theorem given (xs : List Nat) (m : Nat) (rest : List Nat) (h : f xs = some (m, rest)) :
    m ∈ xs ∧ rest.length < xs.length := sorry
theorem element (xs : List Nat) (m x : Nat) (h : (f xs).map Prod.fst = some m) (hx : x ∈ xs) : x ≤ m := sorry
theorem free (xs : List Nat) (m : Nat) : f xs = none ∨ m = m := sorry
theorem other_way (xs ys : List Nat) (n : Nat) (h : n = xs.length ∧ ys = xs.reverse) : f ys = none ↔ n = 0 := sorry
theorem circle (a b : Nat) (h : a = b + 1) (k : b = a + 1) : f [a] = f [b] := sorry
theorem cons (x : Nat) (xs : List Nat) : f (x :: xs) ≠ none := sorry
"""
EFFORT = Effort(rounds=(3, 6), sizes=(3, 6))
RIGHT = "if xs.isEmpty then none else some (xs.foldl max 0, xs.tail)"


@pytest.fixture(scope="module")
def about(embedded: Pool) -> tuple[Tester, Properties]:
    spec = load_spec(decode(FILE.encode(), "Ties.lean"), embedded, Limits(60), name="Ties.lean")
    (hole,) = program_holes(spec)
    properties = read_properties(embedded, spec, hole.name)
    return Tester(embedded, spec, hole, properties, effort=EFFORT), properties


def test_which_variables_follow(about: tuple[Tester, Properties]) -> None:
    _, properties = about
    assert not properties.untestable
    found = {each.name: {each.variables[tie.place] for tie in each.ties} for each in properties.tested}
    assert found == {
        "given": {"m", "rest"},
        "element": {"m", "x"},
        "free": set(),
        "other_way": {"n", "ys"},
        "circle": {"a"},
        "cons": set(),
    }


def test_a_test_chooses_what_the_program_says(about: tuple[Tester, Properties]) -> None:
    """With values of their own for `m` and `rest`, few of these tests would have a hypothesis that holds."""
    tester, _ = about
    wrong = (
        "xs.head?.map fun x => (x + 1, xs.tail)",
        "xs.head?.map fun x => (x, xs)",
        "xs.head?.map fun x => (x, xs.tail)",
    )
    right, *others = tester.test([Candidate(text, (), "test") for text in (RIGHT, *wrong)])
    assert right.fate is Fate.SURVIVED and right.passed > 10
    assert [each.fate for each in others] == [Fate.REFUTED] * 3
    assert others[0].reason.startswith("given with xs := [") and "m :=" not in others[0].reason


def test_a_counterexample_of_a_disproof_is_a_test(about: tuple[Tester, Properties]) -> None:
    tester, properties = about
    test = read_test(properties, "N.element", "xs := [1, 2], m := 1, x := 2")
    assert test is not None and [value.text for value in test.values] == ["[1, 2]", "1", "2"]
    assert read_test(properties, "N.element", "xs := [1, 2], m := 1") is None
    assert read_test(properties, "N.nothing", "xs := [1, 2], m := 1, x := 2") is None
    tester.learn(test)
    tester.learn(test)
    assert tester.killers[0] == test and tester.killers.count(test) == 1


def test_the_oracle_reads_patterns(about: tuple[Tester, Properties], embedded: Pool) -> None:
    _, properties = about
    signature = read_signature(properties, "f")
    assert isinstance(signature, Signature)
    oracle = Oracle(embedded, properties, signature)
    assert oracle.general
    followed = read_test(properties, "N.other_way", "xs := [1], ys := [2], n := 1")
    assert followed is not None and oracle.inputs_of(followed) == []  # it runs the program on [1].reverse
    right = oracle.right([((),), ((3, 5),)])
    assert right[((),)] == frozenset([None])
    assert right[((3, 5),)] and all(result is not None and result[0][0] == 5 for result in right[((3, 5),)])
