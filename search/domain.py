"""The seam between searching and Lean: what a strategy may know about goals, splits and their outcomes.

`prover.engine` implements `Domain` over a Lean session; `tests/support/toy_world.py` over a script.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal as search sees it. `key`: the canonical goal key; goals with equal keys are one goal.

    `text` is for people. `difficulty`: d(G) of the score, at least 0 (footprint, or learned). `payload` belongs to the
    domain (it is not looked at here).
    """

    key: str
    text: str
    difficulty: float
    payload: Any = field(default=None, compare=False, hash=False)


class Kind(StrEnum):
    COMPLETE = "complete"
    """Meant to leave nothing open."""
    SPLIT = "split"
    """Meant to leave simpler goals."""
    SKETCH = "sketch"
    """States lemmas of its own."""


@dataclass(frozen=True, slots=True)
class Move:
    """A split that can be tried on a goal: `label` names the recipe (statistics count by it), `text` is for people.

    `cost`: expected seconds. `success`: prior chance, 0 to 1, that Lean accepts it (for COMPLETE: that it closes the
    goal). `payload` belongs to the domain. `calls`, `tokens`: at most what it spends; so much is set aside before it
    is submitted. An answer that spent more is still paid for as far as the budget goes (`search.driver`).
    """

    label: str
    text: str
    kind: Kind
    cost: float
    success: float
    payload: Any = field(default=None, compare=False, hash=False)
    calls: int = 1
    tokens: int = 0


class Verdict(StrEnum):
    JUSTIFIED = "justified"
    REFUSED = "refused"
    """Lean said no, a gate did, or the split makes no progress."""
    LIMIT = "limit"
    MACHINERY = "machinery"
    """Lost by the machinery: says nothing about the goal."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a move. `children`: the goals left open, () when the move proved its goal. `score`: S of
    `decompose.score` for a justified move (1 when nothing is left open), else 0. `refuted`: keys of goals that were
    shown to be false on the way. `record`: provenance for ledger and reports.
    """

    verdict: Verdict
    children: tuple[Goal, ...] = ()
    score: float = 0.0
    seconds: float = 0.0
    lean_calls: int = 1
    tokens: int = 0
    reason: str = ""
    refuted: frozenset[str] = frozenset()
    record: Any = field(default=None, compare=False, hash=False)


class Domain(Protocol):
    """Thread-safe where it says Future."""

    @property
    def workers(self) -> int:
        """How many moves can be under way at once."""
        ...

    def moves(self, goal: Goal) -> Iterator[Move]:
        """Moves on `goal`, the cheapest per expected success first; lazy, finite, deterministic for equal goals."""
        ...

    def submit(self, goal: Goal, move: Move, seconds: float) -> Future[Answer]:
        """Try `move` within `seconds` of wall clock. The future fails only for bugs, and with `CancelledError`."""
        ...

    def cancel(self, future: Future[Answer]) -> None:
        """Its outcome is not wanted any more."""
        ...
