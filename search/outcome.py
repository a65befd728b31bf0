"""What a search tells: events while it runs, and its outcome, which is current at any moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from lean_project.errors import LimitHit
from search.budget import Usage
from search.domain import Answer, Move
from search.graph import ProofGraph
from search.nodes import State
from search.partial import ProofTree


class Stop(StrEnum):
    """Why a search is over."""

    RUNNING = "running"
    """It is not."""
    SETTLED = "settled"
    """Every root is proved or refuted."""
    EXHAUSTED = "exhausted"
    """Nothing is left to try on the roots that are not."""
    LIMIT = "limit"
    INTERRUPTED = "interrupted"
    FAILED = "failed"
    """An exception that is a bug; it is raised."""


class EventKind(StrEnum):
    SUBMITTED = "submitted"
    ANSWERED = "answered"
    CANCELLED = "cancelled"
    SPLIT = "split"
    GOAL = "goal"
    SETTLED = "settled"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Event:
    """`key`: the goal's. `split`: number of the split for SPLIT. `state`: for SETTLED. `seconds` since the start."""

    kind: EventKind
    seconds: float
    key: str = ""
    move: Move | None = None
    answer: Answer | None = None
    split: int | None = None
    state: State | None = None
    stop: Stop | None = None


OnEvent = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """`statuses`, `proofs` and `partial` are by root key; `proofs` holds the proved ones, `partial` the best state of
    the open and exhausted ones. `limit`: which limit, for `Stop.LIMIT`. `gave_up`: goals left alone after repeated
    faults of the machinery: their exhaustion says nothing about them. `overdraft`: calls that answers reported beyond
    what the budget had. `unheard`: calls paid for moves that had not ended when the search did. `graph` is the
    search's own, not a copy.
    """

    statuses: Mapping[str, State]
    proofs: Mapping[str, ProofTree]
    partial: Mapping[str, ProofTree]
    graph: ProofGraph
    usage: Usage
    stop: Stop
    limit: LimitHit | None = None
    gave_up: Mapping[str, str] | None = None
    overdraft: int = 0
    unheard: int = 0

    @property
    def proved(self) -> bool:
        return all(state is State.PROVED for state in self.statuses.values())
