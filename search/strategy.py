"""What a strategy is, and the two queues that keep every choice logarithmic and every branch alive."""

from __future__ import annotations

import heapq
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from search.allocation import Allocation
from search.domain import Answer, Goal, Move
from search.graph import Changes, ProofGraph
from search.moves import MoveBook, Turn
from search.nodes import GoalNode


@dataclass(frozen=True, slots=True)
class Choice:
    """Try `turn.move` on the goal with this key. `chance`: of success, as foretold when it was chosen."""

    key: str
    turn: Turn
    chance: float = 0.5


@dataclass(slots=True)
class View:
    """What a strategy sees. `under_way`: moves in flight per goal."""

    graph: ProofGraph
    book: MoveBook
    allocation: Allocation
    workers: int
    under_way: Counter[str] = field(default_factory=Counter)

    def ready(self, key: str) -> bool:
        """The goal matters and has a move to try now."""
        node = self.graph.goals[key]
        return node.open and node.needed and not node.finished and self.book.has(node.goal)

    def chance(self, node: GoalNode, move: Move) -> float:
        return self.allocation.chance(move, node.goal.difficulty, node.depth, node.tries)

    def rate(self, node: GoalNode, move: Move) -> float:
        return self.allocation.rate(move, node.goal.difficulty, node.depth, node.tries)

    def best_turn(self, node: GoalNode) -> Turn | None:
        """The turn of most gain per second among those in the window; ties go to the domain's order."""
        window = self.book.window(node.goal)
        return max(window, key=lambda turn: self.rate(node, turn.move)) if window else None


class Strategy(ABC):
    """Chooses what to try next. Deterministic for equal answers in equal order; sees nothing of the budget, so that a
    larger one only continues what a smaller one began."""

    name: str

    def begin(self, view: View) -> None:
        """Called once, before anything else; the roots come as the first `changed`."""
        self.view = view

    def wants(self, goal: Goal, move: Move) -> bool:
        """Whether such a move is ever tried; what is not wanted does not keep a goal open."""
        return True

    @abstractmethod
    def choose(self) -> Choice | None:
        """A turn from the window of a ready goal; it is taken from the book for the strategy. None: nothing is ready.

        Logarithmic in the number of goals, amortised.
        """

    def hear(self, choice: Choice, answer: Answer | None) -> None:
        """What came of a choice, before the `changed` that follows from it. None: it was cancelled or not tried."""
        return None

    @abstractmethod
    def changed(self, changes: Changes) -> None:
        """The graph has changed. Goals in `needed` may have become ready, as may the goal last heard of."""

    def _take(self, node: GoalNode, turn: Turn) -> Choice:
        chance = self.view.chance(node, turn.move)
        self.view.book.take(node.goal, turn)
        return Choice(node.key, turn, chance)


Rank = tuple[float, ...]


class Heap:
    """Keys by rank, the least first; ties in order of arrival. `rank` of a key may drift: it is looked at again when
    the key comes up, and `add` brings a key forward at once. None takes a key out."""

    PATIENCE = 6

    def __init__(self, rank: Callable[[str], Rank | None]) -> None:
        self._rank = rank
        self._heap: list[tuple[Rank, int, str]] = []
        self._now: dict[str, int] = {}
        self._count = 0
        self.work = 0

    def add(self, key: str) -> None:
        rank = self._rank(key)
        if rank is not None:
            self._push(rank, key)

    def next(self) -> str | None:
        """Take out the first key, or one close to it if more than `PATIENCE` keys have drifted."""
        drifted = 0
        while self._heap:
            self.work += 1
            rank, number, key = heapq.heappop(self._heap)
            if self._now.get(key) != number:
                continue
            del self._now[key]
            now = self._rank(key)
            if now is None:
                continue
            if now <= rank or not self._heap or now <= self._heap[0][0] or drifted >= self.PATIENCE:
                return key
            drifted += 1
            self._push(now, key)
        return None

    def _push(self, rank: Rank, key: str) -> None:
        self.work += 1
        self._count += 1
        self._now[key] = self._count
        heapq.heappush(self._heap, (rank, self._count, key))
        if len(self._heap) > 2 * len(self._now) + 64:
            self._heap = [entry for entry in self._heap if self._now.get(entry[2]) == entry[1]]
            heapq.heapify(self._heap)


FAIR_EVERY = 8
"""One choice in so many goes by age."""


class Fair(Strategy):
    """A strategy that gives every `FAIR_EVERY`-th choice, and those that its own order cannot fill, to the goal with
    the least sum of age (place in order of discovery) and tries, and to its next move in the domain's own order.

    That is Cantor's way through all pairs (goal, move): the j-th move of the i-th goal is tried after O((i + j)²)
    choices at the latest, however many goals join later and whatever the strategy prefers. So every proof is found.
    """

    def begin(self, view: View) -> None:
        super().begin(view)
        self._by_age = Heap(self._age)
        self._chosen = 0

    def choose(self) -> Choice | None:
        self._chosen += 1
        choice = self.prefer() if self._chosen % FAIR_EVERY else None
        choice = choice or self._oldest() or self.prefer()
        if choice is not None:
            self._by_age.add(choice.key)
        return choice

    def hear(self, choice: Choice, answer: Answer | None) -> None:
        self._by_age.add(choice.key)

    def changed(self, changes: Changes) -> None:
        for key in changes.needed:
            self._by_age.add(key)

    @abstractmethod
    def prefer(self) -> Choice | None:
        """The choice by the strategy's own order; None if that finds nothing."""

    def _oldest(self) -> Choice | None:
        key = self._by_age.next()
        if key is None:
            return None
        node = self.view.graph.goals[key]
        turn = self.view.book.first(node.goal)
        return None if turn is None else self._take(node, turn)

    def _age(self, key: str) -> Rank | None:
        node = self.view.graph.goals[key]
        return (node.index + node.tries + self.view.under_way[key],) if self.view.ready(key) else None
