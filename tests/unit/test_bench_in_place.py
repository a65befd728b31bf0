"""Goals that cannot stand alone: proposals tried in the hole itself, within a budget of calls."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from toy_lean import ToyLean

from decompose.context import GoalContext
from decompose.spec import SpecFile, load_spec
from decompose.text import decode
from lean_project.errors import LimitHit, MachineryError
from prover.bench.in_place import InPlace, prove_in_place
from prover.bench.solving import Stopped
from prover.proposals import Proposal

FILE = b"theorem one : 1 = 1 := by sorry\ntheorem two : 2 = 2 := by\n  sorry\n"


class Fixed:
    def __init__(self, *tactics: str, needs: str = "") -> None:
        self.tactics, self.needs = tactics, needs

    def propose(self, context: GoalContext) -> Iterator[Proposal]:
        for number, tactics in enumerate(self.tactics):
            lemmas = frozenset({self.needs}) if self.needs and number == 0 else frozenset[str]()
            yield Proposal(tactics, tactics, float(number), 1000, lemmas)


def tried(session: ToyLean, proposer: Fixed, calls: int = 9, unproved: frozenset[str] = frozenset()) -> InPlace:
    spec: SpecFile = load_spec(decode(FILE), session)
    return prove_in_place(
        spec, spec.targets[1], session, proposer, unproved, calls=calls, seconds=60.0, stopped=threading.Event()
    )


def test_the_first_that_lean_accepts() -> None:
    found = tried(ToyLean({"two": ["omega", "grind"]}), Fixed("rfl", "omega", "grind"))
    assert found.proposal is not None
    assert (found.proposal.tactics, found.calls, found.limit) == ("omega", 2, "")


def test_nothing_left_and_nothing_left_to_spend_are_told_apart() -> None:
    assert tried(ToyLean(), Fixed("rfl", "omega")) == InPlace(None, 2)
    assert tried(ToyLean({"two": ["omega"]}), Fixed("rfl", "omega"), calls=1) == InPlace(None, 1, "calls")


def test_what_rests_on_open_lemmas_is_passed_over() -> None:
    session = ToyLean({"two": ["exact one", "rfl"]})
    found = tried(session, Fixed("exact one", "rfl", needs="one"), unproved=frozenset({"one"}))
    assert found.proposal is not None and found.proposal.tactics == "rfl" and found.calls == 1


def test_faults_are_counted_and_limits_are_no_proofs() -> None:
    def faults(code: str) -> None:
        if "crash" in code:
            raise MachineryError("the worker died")
        if "slow" in code:
            raise LimitHit("seconds", 1.0)

    found = tried(ToyLean({"two": ["rfl"]}, faults=faults), Fixed("crash", "slow", "rfl"))
    assert found.proposal is not None and (found.calls, found.lost) == (3, 1)


def test_a_stop_is_heard() -> None:
    def faults(code: str) -> None:
        if "rfl" in code:
            raise LimitHit("cancelled")

    with pytest.raises(Stopped):
        tried(ToyLean(faults=faults), Fixed("rfl"))
