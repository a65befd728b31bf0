"""Runs of a synthesis that end early and are resumed, on real Lean."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import pytest
from synthesising import Bench, nothing, writes

from lean_project.errors import LimitHit
from lean_project.pool import Pool
from prover.synth import loop, tester
from prover.synth.holes import Candidate
from prover.synth.memory import Memory
from prover.synth.properties import Properties, Test
from prover.synth.report import SynthStatus
from prover.synth.tester import Outcome

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
    bench.run(nothing)
    assert watched.began[2] == () and watched.given
