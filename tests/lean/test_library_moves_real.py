"""Moves with premises from the real library: found, vetted, tried, counted; and a whole run that needs one."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path

import pytest

from decompose.spec import load_spec
from decompose.text import decode
from lean_project.errors import MachineryError
from lean_project.model import Limits
from lean_project.pool import Pool
from prover.engine import LeanDomain
from prover.later import NoSplit
from prover.library_moves import LABEL, LibraryMoves
from prover.portfolio import Portfolio
from search.budget import Budget, BudgetLimits
from search.domain import Goal
from search.driver import search
from search.strategies import strategy

pytestmark = pytest.mark.lean

FILE = """def whole (x : Rat) : Rat := (x.floor : Int)

theorem whole_le (x : Rat) : whole x ≤ x := by
  sorry
"""


def test_a_theorem_of_the_library_closes_what_automation_does_not_know(embedded: Pool, tmp_path: Path) -> None:
    spec = load_spec(decode(FILE.encode()), embedded, Limits(60.0), name="Whole.lean")
    moves = LibraryMoves(spec, embedded, tmp_path)
    with LeanDomain(
        spec, embedded, proposer=Portfolio(families=()), splitter=lambda context: iter(()), late_moves=moves
    ) as domain:
        root = domain.root(spec.targets[0])
        assert isinstance(root, Goal)
        outcome = search(domain, [root], strategy("hierarchical"), Budget(BudgetLimits(calls=40)))
        (step,) = outcome.proofs[root.key].steps
        assert step.record.split.label == LABEL and "Rat.floor_le" in step.record.split.tactics
        assert outcome.overdraft == 0 and list(tmp_path.glob("premises-*"))
        split, calls = moves.split(root)
        assert not isinstance(split, NoSplit) and calls == 0  # the index and what `grind` accepts are known by now


OWN = """inductive Reach : Nat → Nat → Prop
  | base (n : Nat) : Reach n n
  | far (a b c : Nat) : Reach a b → Reach b c → Reach a c

opaque step : Nat → Nat

axiom fact (n : Nat) : Reach n (step n)

theorem step_reach (n : Nat) : Reach n (step n) := fact n

theorem two_steps (n : Nat) : Reach n (step (step n)) := Reach.far _ _ _ (step_reach n) (step_reach _)

theorem again (n : Nat) : Reach n (step (step n)) ∧ Reach n (step n) := by
  sorry
"""


def test_the_files_own_theorems_are_premises_too(embedded: Pool, tmp_path: Path) -> None:
    spec = load_spec(decode(OWN.encode()), embedded, Limits(60.0), name="Own.lean")
    moves = LibraryMoves(spec, embedded, tmp_path)
    with LeanDomain(
        spec, embedded, proposer=Portfolio(families=()), splitter=lambda context: iter(()), late_moves=moves
    ) as domain:
        root = domain.root(spec.targets[0])
        assert isinstance(root, Goal)
        split, _ = moves.split(root)
        assert not isinstance(split, NoSplit) and split.uses >= {"two_steps", "step_reach"}


def test_without_the_library_the_search_goes_on(embedded: Pool) -> None:
    spec = load_spec(decode(FILE.encode()), embedded, Limits(60.0), name="Whole.lean")

    class Broken:
        info = embedded.info

        def theorems(self, *_: object) -> object:
            raise MachineryError("the worker died")

    moves = LibraryMoves(spec, Broken(), None)  # type: ignore[arg-type]
    with LeanDomain(spec, embedded, proposer=Portfolio(), splitter=lambda context: iter(())) as domain:
        root = domain.root(spec.targets[0])
        assert isinstance(root, Goal)
        (late,) = moves.moves(root, iter(()))
        for _ in range(2):
            answer = late.payload.settle(5.0, Future())
            assert isinstance(answer, NoSplit) and "the worker died" in answer.reason
