"""The inferred chance that a goal will be proved, backed up through the graph: OR nodes take the best of their ways,
AND nodes multiply; and the value targets that training reads (ReST-MCTS*, arXiv 2406.03816)."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from typing import Any

from search.nodes import GoalNode, SplitNode, State
from search.partial import cheapest, extract
from search.strategy import View

_SMALL = 1e-4
_STEPS = 64


class Values:
    """V(goal) = 1 proved, 0 refuted or exhausted, else max of `leaf(goal)` and of Π V(child) over its live splits.

    Changes travel up at once, as far as they matter and `_STEPS` updates at most; what they leave inexact, in long
    chains and in circles that hold up their own values, `rebuild` puts right. It runs by itself whenever the graph has
    heard as many changes as it has goals.
    """

    def __init__(self, view: View, leaf: Callable[[GoalNode], float]) -> None:
        self._view, self._leaf = view, leaf
        self._value: dict[str, float] = {}
        self._since = 0

    def goal(self, key: str) -> float:
        known = self._value.get(key)
        return self._fixed(self._view.graph.goals[key]) if known is None else known

    def split(self, split: SplitNode) -> float:
        return 0.0 if split.dead else math.prod(self.goal(key) for key in split.keys)

    def update(self, key: str) -> None:
        """The goal, its leaf value or its splits have changed."""
        graph = self._view.graph
        self._since += 1
        if self._since > max(64, len(graph.goals)):
            self.rebuild()
            return
        queue, steps = deque([key]), 0
        while queue and steps < _STEPS:
            steps += 1
            key = queue.popleft()
            node = graph.goals[key]
            new = self._fixed(node)
            if node.open:
                new = max([new, *(self.split(split) for split in graph.splits_of(key) if not split.dead)])
            if abs(new - self._value.get(key, -1.0)) > _SMALL or not node.open:
                changed = self._value.get(key) != new
                self._value[key] = new
                if changed:
                    queue.extend(split.goal for split in graph.parents_of(key) if not split.dead)

    def rebuild(self) -> None:
        """The least solution of the equations above, exact."""
        self._since = 0
        graph = self._view.graph

        def cost(node: GoalNode) -> float:
            value = self._fixed(node)
            return -math.log(value) if value > 0 else math.inf

        best = cheapest(graph, [node.key for node in graph.roots()], cost)
        self._value = {key: math.exp(-found.cost) for key, found in best.items()}

    def _fixed(self, node: GoalNode) -> float:
        if node.open:
            return min(max(self._leaf(node), 0.0), 1.0)
        return 1.0 if node.state is State.PROVED else 0.0


def value_targets(view: View, key: str) -> list[dict[str, Any]]:
    """One row per step of a proved goal's proof: the goal, the move, and the target v of ReST-MCTS*.

    v_k = v_{k-1} + (1 - v_{k-1}) / (m_k + 1), where v is 0 before the first step and m_k counts the steps still to be
    made after step k; steps are in the order in which a reader meets them, the root's first.
    """
    steps = list(reversed(extract(view.graph, key).steps))
    rows: list[dict[str, Any]] = []
    value = 0.0
    for number, step in enumerate(steps, 1):
        value += (1.0 - value) / (len(steps) - number + 1)
        rows.append(
            {
                "goal": step.goal.text,
                "key": step.goal.key,
                "move": step.move.text,
                "label": step.move.label,
                "score": step.score,
                "value": value,
            }
        )
    return rows
