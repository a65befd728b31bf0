"""Best-first search over all open goals: most expected gain per second, times the scores on the way from the root."""

from __future__ import annotations

import math

from search.domain import Answer
from search.graph import Changes
from search.nodes import SplitNode
from search.paths import Paths
from search.strategy import Choice, Fair, Heap, Rank, View

_LEAST_SCORE = 0.05
"""A split of score 0 is no dead end."""


class BestFirst(Fair):
    """Goals by -log(chance · gain / cost of their best move · Π max(score, 0.05) along the best way from a root)."""

    name = "best_first"

    def begin(self, view: View) -> None:
        super().begin(view)
        self._heap = Heap(self._rank)
        self._paths = Paths(view, _step, self._heap.add)

    def prefer(self) -> Choice | None:
        key = self._heap.next()
        if key is None:
            return None
        node = self.view.graph.goals[key]
        turn = self.view.best_turn(node)
        if turn is None:
            return None
        choice = self._take(node, turn)
        self._heap.add(key)
        return choice

    def hear(self, choice: Choice, answer: Answer | None) -> None:
        super().hear(choice, answer)
        self._heap.add(choice.key)

    def changed(self, changes: Changes) -> None:
        super().changed(changes)
        graph = self.view.graph
        for key in changes.needed:
            if graph.goals[key].root:
                self._paths.root(key)
        for index in (*changes.splits, *changes.died):
            self._paths.through(graph.splits[index])
        for key in changes.needed:
            self._heap.add(key)

    def _rank(self, key: str) -> Rank | None:
        if not self.view.ready(key):
            return None
        node = self.view.graph.goals[key]
        turn = self.view.best_turn(node)
        return None if turn is None else (self._paths[key] - math.log(self.view.rate(node, turn.move)),)


def _step(split: SplitNode) -> float:
    return -math.log(min(1.0, max(split.score, _LEAST_SCORE)))
