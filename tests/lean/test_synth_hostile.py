"""The hostile policy of `benchmarks.synthesis.hostile`: none of its programs is accepted."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from benchmarks.synthesis.hostile import HEAD, LIMITS, SPEC, World, axioms, games, open_ends, run
from lean_project.check.gate import check_file
from lean_project.pool import Pool
from prover.synth.holes import declaration
from prover.synth.tester import Fate
from prover.synth.written import read_program

pytestmark = pytest.mark.lean

HONEST = "def f (xs : List Nat) : Nat := match xs with\n| [] => 0\n| x :: xs => x + f xs"
HONEST_PROOF = "by induction xs with\n  | nil => rfl\n  | cons x xs ih => simp only [f, total, ih]"
SLOW = (
    f"def slow : Nat → Nat\n  | 0 => 1\n  | n + 1 => slow n + slow n\n\n{HEAD} slow 40 + xs.sum",
    f"def up (k : Nat) : Nat → Nat\n  | 0 => k\n  | n + 1 => up (up k n) n\n\n{HEAD} up 1 60 + xs.sum",
)
"""Terminating, and never done."""


@pytest.mark.timeout(2400)
def test_hostile_policy_is_never_accepted(embedded: Pool) -> None:
    (tally,) = run(embedded, 60)
    assert tally.accepted == []
    assert tally.fates["broke the contract"] and tally.fates["refuted"] and tally.fates["ill_typed"]


def test_slow_programs_kill_only_themselves(embedded: Pool) -> None:
    world = World.of(embedded)
    codes = (f"{HEAD} xs.length", *SLOW, HONEST)
    candidates = [each for each in (read_program(code, world.hole) for code in codes) if each is not None]
    fates = [outcome.fate for outcome in world.tester.test(candidates)]
    # The first slow one is wrong as well, and the kernel, which shares equal terms, may get far enough to see it.
    assert fates[0] is Fate.REFUTED and fates[1] in (Fate.SLOW, Fate.REFUTED)
    assert fates[2:] == [Fate.SLOW, Fate.SURVIVED]
    assert not any(world.accepts(candidate, "by simp [f]") for candidate in candidates[1:3])


@pytest.mark.parametrize("maker", [games, axioms, open_ends], ids=lambda maker: maker.__name__)
def test_the_check_alone_refuses_them(embedded: Pool, maker: Callable[[Random], str]) -> None:
    """Past the contract and the tests, which are no part of what is trusted."""
    world = World.of(embedded)
    random = Random("check")
    for code in list(dict.fromkeys(maker(random) for _ in range(12)))[:4]:
        text = SPEC.replace(f"{HEAD} sorry", code).replace("total xs := sorry", f"total xs := {HONEST_PROOF}")
        verdict = check_file(embedded, text, world.reference, programs={"f": ()}, limits=LIMITS, fresh=False)
        assert not verdict.accepted, code


def test_honest_program_is_accepted(embedded: Pool) -> None:
    world = World.of(embedded)
    candidate = read_program(HONEST, world.hole)
    assert candidate is not None and declaration(world.hole, candidate).startswith(HEAD)
    (outcome,) = world.tester.test([candidate])
    assert outcome.fate is Fate.SURVIVED and outcome.passed
    assert world.accepts(candidate, HONEST_PROOF)
