"""The default strategy: decompose, and deepen the effort on every goal of the best decompositions step by step.

After Goedel-Code-Prover (arXiv 2603.19329), which keeps one decomposition and draws the next lemma from a softmax of
difficulty; here several decompositions stay alive and compete for calls.
"""

from __future__ import annotations

import math
import random

from search.domain import Answer
from search.graph import Changes
from search.nodes import GoalNode, SplitNode, State
from search.paths import Paths, Ranking
from search.strategy import Choice, Fair, Heap, Rank, View


class Hierarchical(Fair):
    """Goals by (level, -weight), the least first.

    The level of a goal is the effort that its next move would take it to: 0 up to `base` expected seconds, one more
    for each factor of `growth`; plus what the way down from the root costs: for each split `step` · (1 - progress),
    and `behind` for each better split of the same goal. So every goal of the best decomposition gets its cheap
    finishing moves before any gets dear ones, and the second best decomposition lags one level behind.

    Within a level, goals are drawn by softmax: with probability proportional to rate · exp(d / (d_max · temperature)),
    where rate is expected gain per second, d the difficulty and d_max that of the hardest root (difficulties are
    normalised, since a softmax over raw ones is an argmax). `noise` 0 takes the largest instead. The draw depends on
    `seed`, the goal and its tries only, not on what happened elsewhere (Gumbel's trick).
    """

    name = "hierarchical"

    def __init__(
        self,
        seed: int = 0,
        *,
        base: float = 1.0,
        growth: float = 3.0,
        step: float = 0.5,
        behind: float = 0.2,
        temperature: float = 0.5,
        noise: float = 0.5,
    ) -> None:
        self.step, self.behind = step, behind
        self.seed, self.base, self.growth, self.temperature, self.noise = seed, base, growth, temperature, noise

    def begin(self, view: View) -> None:
        super().begin(view)
        self._heap = Heap(self._rank)
        self._ranking = Ranking(view)
        self._paths = Paths(view, self._step, self._heap.add)
        self._spent: dict[str, float] = {}
        self._hardest = 1.0

    def prefer(self) -> Choice | None:
        key = self._heap.next()
        if key is None:
            return None
        node = self.view.graph.goals[key]
        turn = self.view.best_turn(node)
        if turn is None:
            return None
        return self._take(node, turn)

    def choose(self) -> Choice | None:
        choice = super().choose()
        if choice is not None:
            self._spent[choice.key] = self._spent.get(choice.key, 0.0) + choice.turn.move.cost
            self._heap.add(choice.key)
        return choice

    def hear(self, choice: Choice, answer: Answer | None) -> None:
        super().hear(choice, answer)
        if answer is None:
            self._spent[choice.key] -= choice.turn.move.cost
        self._heap.add(choice.key)

    def changed(self, changes: Changes) -> None:
        super().changed(changes)
        graph = self.view.graph
        for key in changes.needed:
            if graph.goals[key].root:
                self._paths.root(key)
                self._hardest = max(self._hardest, graph.goals[key].goal.difficulty)
        for index in (*changes.splits, *changes.died):
            self._ranked(graph.splits[index])
        for key in changes.settled:
            if graph.goals[key].state is State.PROVED:
                for split in graph.parents_of(key):
                    if graph.goals[split.goal].open:
                        self._ranked(split)
        for key in changes.needed:
            self._heap.add(key)

    def level(self, key: str, cost: float) -> int:
        """The level that a move of `cost` expected seconds would take the goal to."""
        effort = (self._spent.get(key, 0.0) + cost) / self.base
        own = max(0, math.ceil(math.log(effort, self.growth) - 1e-9)) if effort > 1.0 else 0
        return own + math.floor(self._paths[key])

    def _ranked(self, split: SplitNode) -> None:
        for each in self._ranking.update(split):
            self._paths.through(each)

    def _step(self, split: SplitNode) -> float:
        return self.step * (1.0 - self._ranking.progress(split)) + self.behind * self._ranking.place(split)

    def _rank(self, key: str) -> Rank | None:
        if not self.view.ready(key):
            return None
        node = self.view.graph.goals[key]
        turn = self.view.best_turn(node)
        if turn is None:
            return None
        weight = math.log(self.view.rate(node, turn.move))
        weight += node.goal.difficulty / (self._hardest * self.temperature)
        return (float(self.level(key, turn.move.cost)), -(weight + self.noise * self._gumbel(node)))

    def _gumbel(self, node: GoalNode) -> float:
        if not self.noise:
            return 0.0
        draw = random.Random(f"{self.seed} {node.tries} {node.key}").random()
        return -math.log(-math.log(min(max(draw, 1e-12), 1 - 1e-12)))
