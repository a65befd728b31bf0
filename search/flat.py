"""The baseline: no decomposition."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from search.domain import Answer, Goal, Kind, Move
from search.graph import Changes
from search.strategy import Choice, Strategy, View


class Turns:
    """Goals in a circle: each that stays ready comes round, and new ones wait behind."""

    def __init__(self, ready: Callable[[str], bool]) -> None:
        self._ready = ready
        self._queue: deque[str] = deque()
        self._inside: set[str] = set()

    def add(self, key: str) -> None:
        if key not in self._inside:
            self._inside.add(key)
            self._queue.append(key)

    def next(self) -> str | None:
        while self._queue:
            key = self._queue.popleft()
            if self._ready(key):
                self._queue.append(key)
                return key
            self._inside.discard(key)
        return None


class Flat(Strategy):
    """Finishing moves on the roots, turn by turn: whole proofs or nothing. The baseline without decomposition."""

    name = "flat"

    def begin(self, view: View) -> None:
        super().begin(view)
        self._turns = Turns(view.ready)

    def wants(self, goal: Goal, move: Move) -> bool:
        node = self.view.graph.goals.get(goal.key)
        return move.kind is Kind.COMPLETE and node is not None and node.root

    def choose(self) -> Choice | None:
        key = self._turns.next()
        if key is None:
            return None
        node = self.view.graph.goals[key]
        turn = self.view.book.first(node.goal)
        return None if turn is None else self._take(node, turn)

    def hear(self, choice: Choice, answer: Answer | None) -> None:
        self._turns.add(choice.key)

    def changed(self, changes: Changes) -> None:
        for key in changes.needed:
            self._turns.add(key)
