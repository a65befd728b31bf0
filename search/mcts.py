"""Monte-Carlo tree search on the AND/OR graph: PUCT on estimated provability, priors from the decomposition score."""

from __future__ import annotations

import math
from collections import Counter

from search.allocation import prior_provability
from search.domain import Answer
from search.graph import Changes
from search.nodes import GoalNode, SplitNode, State
from search.strategy import Choice, Fair, View
from search.values import Values

_PATIENCE = 8.0
"""Fruitless tries after which a goal that rests on nothing yet is held half as likely to be provable."""
_LEAST_PRIOR = 0.05
_DEEPEST = 128


class Mcts(Fair):
    """Each choice walks down from the least visited open root. At a goal it either tries another move there or enters
    a live split, by Q + c · P · √N / (1 + n): for a split Q is the product of its children's values and P its score,
    for another move Q is the goal's own estimate and P the move's chance. In a split it turns to the open child least
    likely to be proved, so that hopeless splits show early. Visits under way count as lost (virtual loss), which keeps
    parallel workers apart. A walk that leads nowhere gives its choice to the oldest goal.
    """

    name = "mcts"

    def __init__(self, exploration: float = 0.7) -> None:
        self.exploration = exploration

    def begin(self, view: View) -> None:
        super().begin(view)
        self.values = Values(view, self._estimate)
        self._visits: Counter[str | int] = Counter()
        self._lost: Counter[str | int] = Counter()
        self._walks: dict[int, list[str | int]] = {}
        self._roots: list[str] = []

    def prefer(self) -> Choice | None:
        for key in sorted((k for k in self._roots if self.view.graph.goals[k].open), key=lambda k: self._visits[k]):
            choice = self._walk(key)
            if choice is not None:
                return choice
        return None

    def hear(self, choice: Choice, answer: Answer | None) -> None:
        super().hear(choice, answer)
        for place in self._walks.pop(id(choice), ()):
            self._lost[place] -= 1
            if answer is None:
                self._visits[place] -= 1
        self.values.update(choice.key)

    def changed(self, changes: Changes) -> None:
        super().changed(changes)
        graph = self.view.graph
        for key in changes.needed:
            if graph.goals[key].root and key not in self._visits:
                self._visits[key] = 0
                self._roots.append(key)
        for key in (*changes.added, *changes.settled):
            self.values.update(key)
        for index in (*changes.splits, *changes.died):
            self.values.update(graph.splits[index].goal)

    def _walk(self, key: str) -> Choice | None:
        graph = self.view.graph
        walk: list[str | int] = []
        seen: set[str] = set()
        while len(walk) < _DEEPEST:
            node = graph.goals[key]
            walk.append(key)
            seen.add(key)
            step = self._step(node, seen)
            if step is None:
                return None
            if isinstance(step, GoalNode):
                turn = self.view.best_turn(node)
                if turn is None:
                    return None
                choice = self._take(node, turn)
                for place in walk:
                    self._visits[place] += 1
                    self._lost[place] += 1
                self._walks[id(choice)] = walk
                return choice
            split, key = step
            walk.append(split.index)
        return None

    def _step(self, node: GoalNode, seen: set[str]) -> GoalNode | tuple[SplitNode, str] | None:
        """Stay at the goal and try a move, or enter a split and go on to one of its children."""
        graph, scale = self.view.graph, self.exploration * math.sqrt(self._visits[node.key] + 1)
        best: GoalNode | tuple[SplitNode, str] | None = None
        most = -math.inf
        if self.view.ready(node.key):
            turn = self.view.best_turn(node)
            prior = max(_LEAST_PRIOR, self.view.chance(node, turn.move)) if turn is not None else 0.0
            best = node
            most = self._estimate(node) + scale * prior / (1 + node.tries + self.view.under_way[node.key])
        for split in graph.splits_of(node.key):
            if split.dead:
                continue
            visits, lost = self._visits[split.index], self._lost[split.index]
            value = self.values.split(split) * (visits - lost + 1) / (visits + 1)
            worth = value + scale * max(_LEAST_PRIOR, split.score) / (1 + visits)
            if worth > most:
                child = self._child(split, seen)
                if child is not None:
                    best, most = (split, child), worth
        return best

    def _child(self, split: SplitNode, seen: set[str]) -> str | None:
        goals = self.view.graph.goals
        return max(
            (key for key in split.keys if goals[key].open and key not in seen),
            key=lambda key: (1.0 - self.values.goal(key)) / (1 + self._lost[key]),
            default=None,
        )

    def _estimate(self, node: GoalNode) -> float:
        """That the goal's own next moves will prove it: by difficulty, falling with every fruitless try."""
        if node.state is not State.OPEN or node.finished:
            return 0.0
        return prior_provability(node.goal.difficulty) * _PATIENCE / (_PATIENCE + node.tries)
