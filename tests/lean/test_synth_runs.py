"""Runs of a synthesis on real Lean: ended early and resumed, and with several programs compared."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import pytest
from synthesising import Bench, writes

from decompose.spec import load_spec
from decompose.text import decode
from lean_project.errors import LimitHit
from lean_project.pool import Pool
from prover.synth import loop, tester
from prover.synth.components import NAT, list_of
from prover.synth.holes import Candidate
from prover.synth.memory import Memory
from prover.synth.properties import Properties, Test
from prover.synth.report import SynthStatus
from prover.synth.signature import Signature
from prover.synth.steps import Course, count_steps
from prover.synth.tester import Outcome
from prover.synth.written import no_author
from search.budget import BudgetLimits

pytestmark = [pytest.mark.lean, pytest.mark.timeout(900)]

LARGER = """\
def larger (a b : Nat) : Nat := sorry

theorem left_le (a b : Nat) : a ≤ larger a b := by sorry
theorem right_le (a b : Nat) : b ≤ larger a b := by sorry
theorem is_one_of_them (a b : Nat) : larger a b = a ∨ larger a b = b := by sorry
"""
WRONG = ("a", "b + a", "if a = 1 then a else b")


class Watched(tester.Tester):
    """Remembers what testers began with and what they were given."""

    began: ClassVar[list[tuple[Test, ...]]] = []
    given: ClassVar[list[str]] = []

    def __init__(self, *arguments: object, killers: Sequence[Test] = (), **options: object) -> None:
        super().__init__(*arguments, killers=killers, **options)  # type: ignore[arg-type]
        self.began.append(tuple(killers))

    def test(self, candidates: Sequence[Candidate]) -> list[Outcome]:
        self.given += (each.text for each in candidates)
        return super().test(candidates)


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> type[Watched]:
    Watched.began, Watched.given = [], []
    monkeypatch.setattr(loop, "Tester", Watched)
    return Watched


def test_a_run_out_of_budget_is_resumed_and_ends_verified(
    embedded: Pool, tmp_path: Path, watched: type[Watched], monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Bench(embedded, tmp_path, LARGER)
    saved: list[tuple[Test, ...]] = []
    save = Memory.save_killers

    def save_and_spend(self: Memory, target: str, properties: Properties, killers: Sequence[Test]) -> None:
        save(self, target, properties, killers)
        saved.append(tuple(killers))
        while True:
            try:
                bench.budgets[-1].reserve().commit()
            except LimitHit:
                return

    with monkeypatch.context() as patched:
        patched.setattr(Memory, "save_killers", save_and_spend)
        first = bench.run(writes(*WRONG))
    assert first.status is SynthStatus.LIMIT and not bench.output.exists()
    (hole,) = first.holes
    assert hole.fates == {"refuted": 3} and hole.killers
    assert watched.began == [()] and watched.given == list(WRONG)

    watched.given.clear()
    second = bench.run(writes(*WRONG), resume=True)
    assert second.status is SynthStatus.VERIFIED and bench.output.exists()
    assert not set(WRONG) & set(watched.given)
    assert saved[-1] and watched.began[1:] == [saved[-1]]
    assert set(hole.killers) <= set(second.holes[0].killers)
    assert second.holes[0].origin == "enumeration"

    # Without --resume nothing is remembered.
    watched.given.clear()
    bench.run(no_author)
    assert watched.began[2] == () and watched.given


LENGTH = """\
def size (xs : List Nat) : Nat := sorry

theorem size_spec (xs : List Nat) : size xs = xs.length := by sorry
"""


def test_steps_are_counted_by_the_kernel_and_the_same_each_time(embedded: Pool) -> None:
    text = LENGTH.replace("sorry\n\ntheorem", "xs.length\n\ntheorem").replace(
        "def", "def wasteful (xs : List Nat) : Nat := xs.foldl (fun n x => n + (x - x) + 1) 0\ndef", 1
    )
    spec = load_spec(decode(text.encode(), "spec"), embedded)
    course = Course.of(Signature(("xs",), (list_of(NAT),), NAT, {}))
    assert len(course.inputs) == 3
    assert course == Course.of(Signature(("xs",), (list_of(NAT),), NAT, {}))
    plain = count_steps(embedded, spec, spec.text, "size", course)
    wasteful = count_steps(embedded, spec, spec.text, "wasteful", course)
    assert len(plain) == len(wasteful) == 3
    assert plain[0] < plain[1] < plain[2]
    assert all(less < more for less, more in zip(plain, wasteful, strict=True))
    assert count_steps(embedded, spec, spec.text + "-- again\n", "size", course) == plain
    assert count_steps(embedded, spec, spec.text, "missing", course) == ()


@pytest.mark.slow
def test_pareto_compares_steps(embedded: Pool, tmp_path: Path) -> None:
    programs = ("xs.foldl (fun n x => n + (x - x) + 1) 0", "xs.length")
    bench = Bench(embedded, tmp_path, LENGTH)
    report = bench.run(writes(*programs), pareto=True, limits=BudgetLimits(calls=60, seconds=200.0))
    assert report.status is SynthStatus.VERIFIED and report.pareto
    assert "xs.length" in [each.program for each in report.pareto]
    assert programs[0] not in [each.program for each in report.pareto]
    best = next(each for each in report.pareto if each.program == "xs.length")
    assert len(best.steps) == len(report.pareto_inputs) == 3
