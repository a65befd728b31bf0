"""Proofs and best partial states, read from the graph.

Both quantities that are minimised here are sums over the goals left open, so one algorithm serves: Knuth's
generalisation of Dijkstra's (A generalization of Dijkstra's algorithm, 1977). A goal's cost is final before anything
that rests on it is looked at, so what it finds never goes in circles.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from decompose.score import TEMPERATURE
from search.domain import Goal, Move
from search.nodes import GoalNode, SplitNode, State, Structure

_LEAST_EXPONENT = -700.0
"""exp of anything less is no normal float; a goal that easy beside the hardest still costs something."""


@dataclass(frozen=True, slots=True)
class ProofStep:
    """`move` takes `goal` to `children`, in the order in which Lean left them, repetitions kept.

    `children` are the occurrences under this move: their names may differ from those of the step that proves them,
    their keys do not. `record` is the answer's.
    """

    goal: Goal
    move: Move
    children: tuple[Goal, ...]
    score: float
    record: object


@dataclass(frozen=True, slots=True)
class ProofTree:
    """Steps in topological order: every goal has one step at most, after those of its children.

    `open`: goals without a step, () for a proof.
    """

    root: Goal
    steps: tuple[ProofStep, ...]
    open: tuple[Goal, ...] = ()

    @property
    def complete(self) -> bool:
        return not self.open

    def step(self, key: str) -> ProofStep | None:
        """The step that proves the goal with this key. Linear."""
        return next((step for step in self.steps if step.goal.key == key), None)


@dataclass(frozen=True, slots=True)
class Best:
    """The least cost of a goal, and the split that attains it (None: it is left open, or there is nothing to pay)."""

    cost: float
    split: int | None


def extract(structure: Structure, key: str) -> ProofTree:
    if structure.goals[key].state is not State.PROVED:
        raise ValueError(f"not proved: {structure.goals[key].goal.text}")
    return _tree(structure, key, lambda node: node.proof)


def best_partial(structure: Structure, key: str) -> ProofTree:
    best = cheapest(structure, [key], _weights(structure, [key])[0])

    def choose(node: GoalNode) -> int | None:
        return node.proof if node.state is State.PROVED else best[node.key].split

    return _tree(structure, key, choose)


def distances(structure: Structure, keys: Iterable[str]) -> dict[str, float]:
    keys = list(keys)
    leaf, top = _weights(structure, keys)
    found = cheapest(structure, keys, leaf)
    return {key: _soft(best.cost, top, structure.goals[key]) for key, best in found.items()}


def cheapest(structure: Structure, keys: Iterable[str], leaf: Callable[[GoalNode], float]) -> dict[str, Best]:
    """For each goal at or below `keys`: the least sum of `leaf` (at least 0) over the goals that it can be left with.

    A goal that two branches share is paid for twice. Ties go to leaving the goal open. O(edges · log goals).
    """
    region = below(structure, keys)
    total: dict[int, float] = {}
    waiting: dict[int, int] = {}
    for key in region:
        for split in structure.splits_of(key):
            total[split.index], waiting[split.index] = 0.0, len(split.keys)
    heap = [(leaf(structure.goals[key]), 0, structure.goals[key].index, key, -1) for key in region]
    heapq.heapify(heap)
    found: dict[str, Best] = {}
    while heap:
        cost, _, _, key, split_index = heapq.heappop(heap)
        if key in found:
            continue
        found[key] = Best(cost, None if split_index < 0 else split_index)
        for split in structure.parents_of(key):
            if split.index in waiting:
                total[split.index] += cost
                waiting[split.index] -= 1
                if not waiting[split.index] and split.goal not in found:
                    parent = structure.goals[split.goal]
                    heapq.heappush(heap, (total[split.index], 1, parent.index, parent.key, split.index))
    return found


def below(structure: Structure, keys: Iterable[str]) -> list[str]:
    """The goals that can be reached from `keys` through any split, breadth first."""
    seen = dict.fromkeys(keys)
    queue = list(seen)
    for key in queue:
        for split in structure.splits_of(key):
            for child in split.keys:
                if child not in seen:
                    seen[child] = None
                    queue.append(child)
    return queue


def _weights(structure: Structure, keys: list[str]) -> tuple[Callable[[GoalNode], float], float]:
    """exp(d/T) for each goal, scaled so that the greatest is 1; and the greatest d."""
    top = max((structure.goals[key].goal.difficulty for key in below(structure, keys)), default=0.0)

    def leaf(node: GoalNode) -> float:
        if node.state is State.PROVED:
            return 0.0
        if node.state is State.REFUTED:
            return math.inf
        return math.exp(max(_LEAST_EXPONENT, (node.goal.difficulty - top) / TEMPERATURE))

    return leaf, top


def _soft(weight: float, top: float, node: GoalNode) -> float:
    if node.state is State.PROVED:
        return 0.0
    return max(0.0, top + TEMPERATURE * math.log(weight)) if weight > 0 else 0.0


def _tree(structure: Structure, key: str, choose: Callable[[GoalNode], int | None]) -> ProofTree:
    """Depth first from `key` along the chosen splits; iterative, since proofs may be deep."""
    steps: list[ProofStep] = []
    left_open: list[Goal] = []
    entered: set[str] = set()
    stack: list[tuple[GoalNode, SplitNode | None]] = [(structure.goals[key], None)]
    while stack:
        node, split = stack.pop()
        if split is not None:
            steps.append(ProofStep(node.goal, split.move, split.goals, split.score, split.record))
            continue
        if node.key in entered:
            continue
        entered.add(node.key)
        chosen = choose(node)
        if chosen is None:
            left_open.append(node.goal)
            continue
        split = structure.splits[chosen]
        stack.append((node, split))
        stack.extend((structure.goals[child], None) for child in reversed(split.keys))
    return ProofTree(structure.goals[key].goal, tuple(steps), tuple(left_open))
