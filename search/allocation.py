"""Where the next call pays most: chances and costs of moves, learned while searching.

The knapsack view of Knapsack RL (arXiv 2509.25849): a budget is filled with the tries of most expected value per cost.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from search.domain import Kind, Move

VERSION = 1
LEAST_GAIN = 0.3
"""What a justified split is worth at a score of 0: on goals with small footprints most good ones have that."""
_BUCKET_ENDS = (5, 10, 15, 20, 30, 40, 60, 80, 100, 150, 200, 250, 300, 400)
_COUNT_ENDS = (0, 1, 3, 7, 15, 31, 63)
_HALF, _SPREAD = 175.0, 40.0
"""Footprint at which half of the goals are proved, and how fast that changes, after the rates in docs/score.md."""


def difficulty_bucket(difficulty: float) -> int:
    """0 for the easiest; the number of bucket ends below `difficulty`."""
    return sum(difficulty > end for end in _BUCKET_ENDS)


def count_bucket(count: int) -> int:
    return sum(count > end for end in _COUNT_ENDS)


def prior_provability(difficulty: float) -> float:
    return 1.0 / (1.0 + math.exp(min(50.0, (difficulty - _HALF) / _SPREAD)))


@dataclass(slots=True)
class Counter:
    """Successes among tries, with their seconds. `expected` is the sum of the chances that were foretold."""

    tries: float = 0.0
    successes: float = 0.0
    seconds: float = 0.0
    expected: float = 0.0


class Allocation:
    """Chance of success and cost of a move, from its prior and from what such moves came to.

    A Beta posterior per (label, difficulty bucket) around that of the label, itself around the move's own prior; each
    prior is worth `strength` tries. Depth and tries so far correct the odds by how far foretold and real success lay
    apart there. Machinery faults are never observed.
    """

    def __init__(self, strength: float = 4.0) -> None:
        self.strength = strength
        self._labels: dict[str, Counter] = {}
        self._buckets: dict[tuple[str, int], Counter] = {}
        self._depths: dict[int, Counter] = {}
        self._counts: dict[int, Counter] = {}
        self._gains: dict[str, Counter] = {}

    def observe(
        self,
        label: str,
        bucket: int,
        success: bool,
        seconds: float,
        *,
        depth: int | None = None,
        tried: int | None = None,
        chance: float | None = None,
    ) -> None:
        """One try of a move. `depth`, `tried` (tries on the goal before) and `chance` (what was foretold) where known,
        as they are not in a ledger."""
        counters = [self._labels.setdefault(label, Counter()), self._buckets.setdefault((label, bucket), Counter())]
        if chance is not None:
            if depth is not None:
                counters.append(self._depths.setdefault(count_bucket(depth), Counter()))
            if tried is not None:
                counters.append(self._counts.setdefault(count_bucket(tried), Counter()))
        for counter in counters:
            counter.tries += 1
            counter.successes += success
            counter.seconds += seconds
            counter.expected += chance or 0.0

    def observe_gain(self, label: str, score: float) -> None:
        """A justified split of this label had this score."""
        counter = self._gains.setdefault(label, Counter())
        counter.tries += 1
        counter.successes += score

    def chance(self, move: Move, difficulty: float, depth: int = 0, tried: int = 0) -> float:
        """That the move is justified (a COMPLETE one: closes the goal), strictly between 0 and 1."""
        chance = min(max(move.success, 1e-4), 1 - 1e-4)
        for counter in (
            self._labels.get(move.label),
            self._buckets.get((move.label, difficulty_bucket(difficulty))),
        ):
            if counter is not None:
                chance = (counter.successes + self.strength * chance) / (counter.tries + self.strength)
        odds = chance / (1 - chance)
        for counter in (self._depths.get(count_bucket(depth)), self._counts.get(count_bucket(tried))):
            if counter is not None:
                odds *= (counter.successes + self.strength) / (counter.expected + self.strength)
        return min(max(odds / (1 + odds), 1e-6), 1 - 1e-6)

    def cost(self, move: Move, difficulty: float) -> float:
        """Expected seconds, more than 0."""
        cost = max(move.cost, 1e-3)
        for counter in (
            self._labels.get(move.label),
            self._buckets.get((move.label, difficulty_bucket(difficulty))),
        ):
            if counter is not None:
                cost = (counter.seconds + self.strength * cost) / (counter.tries + self.strength)
        return max(cost, 1e-3)

    def gain(self, move: Move) -> float:
        """How much of the goal is done when the move succeeds: 1 for COMPLETE, else from the score to expect."""
        if move.kind is Kind.COMPLETE:
            return 1.0
        counter = self._gains.get(move.label) or Counter()
        score = (counter.successes + 0.4 * self.strength) / (counter.tries + self.strength)
        return LEAST_GAIN + (1.0 - LEAST_GAIN) * score

    def rate(self, move: Move, difficulty: float, depth: int = 0, tried: int = 0) -> float:
        """Expected gain per second."""
        return self.chance(move, difficulty, depth, tried) * self.gain(move) / self.cost(move, difficulty)

    def recall(self, statistics: Mapping[str, tuple[int, int, float]], most: float = 12.0) -> None:
        """Begin with what earlier runs saw: (tries, successes, seconds) by label, worth at most `most` tries each, so
        that what this run sees soon outweighs it."""
        for label, (tries, successes, seconds) in statistics.items():
            share = min(1.0, most / tries) if tries else 0.0
            counter = self._labels.setdefault(label, Counter())
            counter.tries += share * tries
            counter.successes += share * successes
            counter.seconds += share * seconds

    def to_json(self) -> dict[str, Any]:
        def rows(table: Mapping[Any, Counter]) -> list[list[Any]]:
            return [
                [*(key if isinstance(key, tuple) else (key,)), c.tries, c.successes, c.seconds, c.expected]
                for key, c in sorted(table.items())
            ]

        return {
            "version": VERSION,
            "strength": self.strength,
            "labels": rows(self._labels),
            "buckets": rows(self._buckets),
            "depths": rows(self._depths),
            "counts": rows(self._counts),
            "gains": rows(self._gains),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Allocation:
        """Raises ValueError for another version."""
        if data.get("version") != VERSION:
            raise ValueError(f"allocation statistics of version {data.get('version')!r}, not {VERSION}")
        made = cls(float(data["strength"]))
        for name in ("labels", "depths", "counts", "gains"):
            getattr(made, f"_{name}").update({key: Counter(*numbers) for key, *numbers in data[name]})
        made._buckets.update({(label, bucket): Counter(*numbers) for label, bucket, *numbers in data["buckets"]})
        return made


def solved(chance: float, tries: int) -> float:
    """That one of `tries` independent tries succeeds."""
    return 1.0 - (1.0 - chance) ** tries


def mixed(chance: float, tries: int) -> float:
    """Value of a training group in Knapsack RL: it holds a success and a failure, times p · (1 - p)² to be gained."""
    return (1.0 - chance**tries - (1.0 - chance) ** tries) * chance * (1.0 - chance) ** 2


_EXACT = 4_000_000


def integer_rollouts(
    odds: Sequence[float],
    cost: Sequence[int],
    total: int,
    *,
    floor: int = 0,
    cap: int | None = None,
    value: Callable[[float, int], float] = solved,
) -> list[int]:
    """How many tries each goal gets: counts n_i from `floor` to `cap` with Σ n_i · cost_i ≤ total and Σ value(odds_i,
    n_i) greatest; among equally good ones fewer tries, and those earlier in the list.

    `odds`: chances of success, 0 to 1. `cost`: whole and positive. Exact (dynamic programming) while the problem is
    small enough; beyond, greedy by value per cost on the concave hull, which never passes `total` either and is exact
    for equal costs and concave values. Raises ValueError where the floors alone cost more than `total`.
    """
    if len(odds) != len(cost) or any(each < 1 for each in cost):
        raise ValueError("one positive whole cost for each of the odds")
    room = total - floor * sum(cost)
    if room < 0:
        raise ValueError(f"{floor} tries for each cost {floor * sum(cost)}, more than {total}")
    most = [max(0, min(room // each, room if cap is None else cap - floor)) for each in cost]
    gains = [
        [value(p, floor + extra) - value(p, floor) for extra in range(n + 1)] for p, n in zip(odds, most, strict=True)
    ]
    work = sum(n + 1 for n in most) * (room + 1)
    extras = _exact(gains, cost, room) if work <= _EXACT else _greedy(gains, cost, room)
    return [floor + extra for extra in extras]


def _exact(gains: list[list[float]], cost: Sequence[int], room: int) -> list[int]:
    best = [0.0] * (room + 1)
    picks: list[list[int]] = []
    for gain, price in zip(reversed(gains), reversed(cost), strict=True):
        pick = [0] * (room + 1)
        new = list(best)
        for left in range(room + 1):
            for extra in range(1, min(len(gain) - 1, left // price) + 1):
                found = best[left - extra * price] + gain[extra]
                if found > new[left] + 1e-15:
                    new[left], pick[left] = found, extra
        best = new
        picks.append(pick)
    counts, left = [], room
    for pick, price in zip(reversed(picks), cost, strict=True):
        counts.append(pick[left])
        left -= pick[left] * price
    return counts


def _greedy(gains: list[list[float]], cost: Sequence[int], room: int) -> list[int]:
    counts = [0] * len(gains)
    corners = [_hull(gain) for gain in gains]
    heap: list[tuple[float, int, int]] = []

    def push(index: int) -> None:
        """The next step up on the hull, or the best one that there is room for."""
        gain, at, price = gains[index], counts[index], cost[index]
        step = corners[index].get(at, at)
        if (step - at) * price > room:
            steps = range(at + 1, at + room // price + 1)
            step = max(steps, key=lambda n: ((gain[n] - gain[at]) / (n - at), -n), default=at)
        if step > at and gain[step] > gain[at]:
            heapq.heappush(heap, (-(gain[step] - gain[at]) / ((step - at) * price), index, step))

    for index in range(len(gains)):
        push(index)
    while heap:
        _, index, step = heapq.heappop(heap)
        price = (step - counts[index]) * cost[index]
        if price <= room:
            room -= price
            counts[index] = step
        push(index)
    return counts


def _hull(gain: list[float]) -> dict[int, int]:
    """From each corner of the upper concave hull to the next."""
    corners = [0]
    for n in range(1, len(gain)):
        while len(corners) > 1:
            a, b = corners[-2], corners[-1]
            if (gain[b] - gain[a]) * (n - b) >= (gain[n] - gain[b]) * (b - a):
                break
            corners.pop()
        corners.append(n)
    return dict(itertools.pairwise(corners))
