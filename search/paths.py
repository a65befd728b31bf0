"""How far a goal is from the roots along the best ways down, and which split of a goal is best at present."""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from collections import deque
from collections.abc import Callable

from search.nodes import SplitNode
from search.strategy import View


class Paths:
    """Least sum of steps from an open root to each needed goal; `step` (at least 0) is paid for each split on the way.

    Decreases travel down at once. After an increase only the goals right below are looked at again: what is further
    down keeps an optimistic value until it is.
    """

    def __init__(self, view: View, step: Callable[[SplitNode], float], nearer: Callable[[str], None]) -> None:
        self._view, self._step, self._nearer = view, step, nearer
        self._sum: dict[str, float] = {}
        self._via: dict[str, int] = {}

    def __getitem__(self, key: str) -> float:
        return self._sum.get(key, 0.0)

    def root(self, key: str) -> None:
        self._sum[key] = 0.0

    def through(self, split: SplitNode) -> None:
        """The split is new, or its step has changed, or it is dead."""
        if split.goal not in self._sum:
            return
        for key in split.keys:
            if not split.dead and key in self._sum and self._via.get(key) != split.index:
                if self._sum[split.goal] + self._step(split) < self._sum[key]:
                    self._lower(key, split)
            elif self._via.get(key) == split.index or not split.dead:
                self._find(key)

    def _find(self, key: str) -> None:
        """Look at every way to the goal again."""
        graph = self._view.graph
        if graph.goals[key].root:
            return
        ways = [
            (self._sum[split.goal] + self._step(split), split.index)
            for split in graph.parents_of(key)
            if not split.dead and split.goal in self._sum
        ]
        if not ways:
            return
        best, index = min(ways)
        if key not in self._sum or best < self._sum[key]:
            self._lower(key, graph.splits[index])
        else:
            self._sum[key], self._via[key] = best, index

    def _lower(self, key: str, split: SplitNode) -> None:
        graph = self._view.graph
        queue = deque([(key, split)])
        while queue:
            key, split = queue.popleft()
            new = self._sum[split.goal] + self._step(split)
            if key in self._sum and new >= self._sum[key]:
                continue
            self._sum[key], self._via[key] = new, split.index
            self._nearer(key)
            for below in graph.splits_of(key):
                if not below.dead:
                    queue.extend((child, below) for child in below.keys if graph.goals[child].open)


class Ranking:
    """The live splits of each goal, the most promising first: by `progress`, which rises as children are proved."""

    GRADES = 8
    DEEPEST = 4
    """Splits beyond this place are ranked alike, so a change never touches more than these."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._order: dict[str, list[tuple[float, int]]] = {}
        self._entry: dict[int, tuple[float, int]] = {}

    def progress(self, split: SplitNode) -> float:
        """The score, and towards 1 in proportion to the children proved, in `GRADES` steps (so it seldom changes)."""
        missing = math.ceil(self.GRADES * split.missing / max(1, len(split.keys)))
        return 1.0 - (1.0 - split.score) * missing / self.GRADES

    def place(self, split: SplitNode) -> int:
        """0 for the best live split of its goal, at most `DEEPEST`."""
        order, entry = self._order.get(split.goal, []), self._entry.get(split.index)
        if entry is None:
            return self.DEEPEST
        return min(self.DEEPEST, bisect_left(order, entry))

    def update(self, split: SplitNode) -> list[SplitNode]:
        """The split is new, nearer to proved, or dead. Returns the splits whose place may have changed, itself too.

        Nothing where its grade is what it was.
        """
        order = self._order.setdefault(split.goal, [])
        new = None if split.dead else (-self.progress(split), split.index)
        if new is not None and new == self._entry.get(split.index):
            return []
        old = self._entry.pop(split.index, None)
        touched = len(order)
        if old is not None:
            touched = bisect_left(order, old)
            del order[touched]
        if new is not None:
            self._entry[split.index] = new
            touched = min(touched, bisect_left(order, new))
            insort(order, new)
        shifted = [self._view.graph.splits[index] for _, index in order[touched : self.DEEPEST + 1]]
        return shifted if split in shifted else [split, *shifted]
