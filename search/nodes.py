"""The parts of the proof graph: OR nodes (goals), AND nodes (justified moves), and the edges between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

import networkx as nx  # type: ignore[import-untyped]

from search.domain import Goal, Move, Verdict


class State(StrEnum):
    """A goal leaves OPEN once and for ever."""

    OPEN = "open"
    PROVED = "proved"
    REFUTED = "refuted"
    EXHAUSTED = "exhausted"
    """Nothing is left to try on it, nor on anything that could still prove it. It may well be true."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A move that led nowhere: why, and what it cost. LIMIT and MACHINERY say nothing about the goal."""

    label: str
    text: str
    verdict: Verdict
    reason: str
    seconds: float
    calls: int


@dataclass(slots=True)
class GoalNode:
    """An OR node. `goal` is its first occurrence; others with the same key may differ in names (see `SplitNode.goals`).

    `order`: place among the settled goals, from 1; 0 while open. `proof`: the split that proved it first. `needed`: an
    open root rests on it through splits that are still alive; `source` is the split through which it does (None for
    roots). `live`: splits of it that are not dead. `finished`: no move on the goal itself is under way or to come.
    """

    goal: Goal
    index: int
    depth: int
    root: bool = False
    state: State = State.OPEN
    order: int = 0
    proof: int | None = None
    needed: bool = False
    source: int | None = None
    live: int = 0
    finished: bool = False
    gave_up: str = ""
    tries: int = 0
    calls: int = 0
    tokens: int = 0
    seconds: float = 0.0
    limits: int = 0
    machinery: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    variants: dict[frozenset[str], int] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return self.goal.key

    @property
    def open(self) -> bool:
        return self.state is State.OPEN


@dataclass(slots=True)
class SplitNode:
    """An AND node: `move` was justified on `goal` (a key) and leaves `goals` open, in this order, repetitions kept.

    `keys`: the distinct keys of `goals`. `missing`: how many of them are not proved. `dead`: why it can no longer prove
    its goal, "" while it can. `merged`: labels of later moves that left the same goals.
    """

    index: int
    goal: str
    move: Move
    goals: tuple[Goal, ...]
    keys: tuple[str, ...]
    score: float
    seconds: float
    calls: int
    tokens: int
    record: object
    missing: int = 0
    dead: str = ""
    merged: list[str] = field(default_factory=list)


class Structure:
    """Goals and splits with the edges goal → split → child goal in `nx` (goals are named by key, splits by number).

    `work` counts edges walked, for tests of running time.
    """

    def __init__(self) -> None:
        self.nx = nx.DiGraph()
        self.goals: dict[str, GoalNode] = {}
        self.splits: list[SplitNode] = []
        self.work = 0

    def splits_of(self, key: str) -> Iterator[SplitNode]:
        for index in self.nx.successors(key):
            self.work += 1
            yield self.splits[index]

    def parents_of(self, key: str) -> Iterator[SplitNode]:
        """The splits that have this goal among their children."""
        for index in self.nx.predecessors(key):
            self.work += 1
            yield self.splits[index]

    def roots(self) -> list[GoalNode]:
        """In the order in which they were added."""
        return sorted((node for node in self.goals.values() if node.root), key=lambda node: node.index)
