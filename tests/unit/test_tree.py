"""The order of trees of goals in a file, and when it is left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from toy_lean import ToyLean

from decompose.context import GoalContext
from decompose.spec import load_spec
from decompose.text import decode
from lean_project.ledger import Ledger
from prover.engine import LeanDomain
from prover.proposals import Proposal
from prover.run import Search, Work
from prover.settings import ProveSettings, Silence
from prover.tree import Tree
from search.budget import Budget

FILE = "".join(f"theorem t{number} : {number} = {number} := by sorry\n" for number in range(4))


class Nothing:
    """Proposes nothing."""

    def propose(self, context: GoalContext) -> Iterator[Proposal]:
        yield from ()


class Watched(Tree):
    """Proves what it is told to prove, and remembers what it was asked for."""

    proved: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        super().__post_init__()
        self.asked: list[str] = []

    def _target(self, domain: LeanDomain, work: Work) -> None:
        self.asked.append(work.target.name)
        if work.target.name in self.proved:
            work.hint = Proposal("toy", "rfl", 1.0, 1)


@pytest.mark.parametrize(
    ("settings", "proved", "asked"),
    [
        (ProveSettings(), {"t2"}, ["t0", "t1", "t2", "t3"]),
        (ProveSettings(all_or_none=True), {"t0", "t1", "t2", "t3"}, ["t0", "t1", "t2", "t3"]),
        (ProveSettings(all_or_none=True), {"t0", "t2"}, ["t0", "t1"]),
        (ProveSettings(all_or_none=True, first=("t2",)), {"t0", "t1"}, ["t2"]),
        (ProveSettings(first=("t3", "t1")), set(), ["t1", "t3", "t0", "t2"]),
    ],
)
def test_a_file_that_counts_as_a_whole_is_left_at_the_first_open_target(
    tmp_path: Path, settings: ProveSettings, proved: set[str], asked: list[str]
) -> None:
    session, budget = ToyLean(), Budget(settings.budget)
    spec = load_spec(decode(FILE.encode()), session, name="a.lean")
    ledger = Ledger.open(tmp_path / "ledger.db")
    shared = {"settings": settings, "budget": budget, "ledger": ledger, "run_id": "run", "progress": Silence()}
    search = Search(spec, session, spec.targets, proposer=Nothing(), **shared)  # type: ignore[arg-type]
    search.run()
    tree = Watched(spec=spec, session=session, proposer=Nothing(), **shared)  # type: ignore[arg-type]
    tree.proved = frozenset(proved)
    tree.run(search.works)
    ledger.close()
    assert tree.asked == asked
