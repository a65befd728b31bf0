"""How many rollouts each goal gets, and which groups teach nothing. Pure; no torch.

A group is the attempts at one goal that are compared with each other. When all have the same reward, every advantage
in it is 0: the group is dead, and what it cost is lost.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from search.allocation import integer_rollouts, mixed


@dataclass(frozen=True, slots=True)
class Groups:
    """What became of the groups of a batch. `lost`: attempts without a reward, by the machinery; `empty`: groups that
    have nothing else. `failed`: groups dead at 0. `solved`: dead at the top reward. `alike`: dead in between."""

    groups: int
    failed: int
    solved: int
    alike: int
    empty: int
    lost: int

    @property
    def dead(self) -> int:
        return self.failed + self.solved + self.alike + self.empty

    @property
    def dead_share(self) -> float:
        return self.dead / self.groups if self.groups else 0.0


def by_group(rewards: Sequence[float | None], groups: Sequence[Hashable]) -> dict[Hashable, list[float]]:
    """The rewards of each group, lost attempts left out; every group is there, in order of appearance."""
    found: dict[Hashable, list[float]] = {group: [] for group in groups}
    for reward, group in zip(rewards, groups, strict=True):
        if reward is not None:
            found[group].append(reward)
    return found


def is_dead(rewards: Sequence[float]) -> bool:
    """No two of the rewards differ, so that no advantage is other than 0."""
    return len(set(rewards)) < 2


def measure(rewards: Sequence[float | None], groups: Sequence[Hashable]) -> Groups:
    """Count the dead groups of a batch."""
    found = by_group(rewards, groups)
    kinds: Counter[str] = Counter()
    for values in found.values():
        if not values:
            kinds["empty"] += 1
        elif is_dead(values):
            kinds["failed" if values[0] == 0.0 else "solved" if values[0] == 1.0 else "alike"] += 1
    return Groups(
        len(found),
        kinds["failed"],
        kinds["solved"],
        kinds["alike"],
        kinds["empty"],
        sum(reward is None for reward in rewards),
    )


def dead_groups(rewards: Sequence[float | None], groups: Sequence[Hashable]) -> list[Hashable]:
    """The dead groups, in order of appearance."""
    return [group for group, values in by_group(rewards, groups).items() if is_dead(values)]


class Odds:
    """The chance that an attempt at a goal succeeds, from what earlier attempts came to.

    Beta posterior with `prior` as its mean and the weight of `strength` attempts; older attempts count less by `decay`
    at each new one, since the policy that made them is not the present one.
    """

    def __init__(self, prior: float = 0.5, strength: float = 2.0, decay: float = 0.9) -> None:
        if not (0 < prior < 1 and strength > 0 and 0 < decay <= 1):
            raise ValueError(f"prior {prior}, strength {strength}, decay {decay}")
        self.prior, self.strength, self.decay = prior, strength, decay
        self._seen: defaultdict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])

    def of(self, goal: str) -> float:
        """Strictly between 0 and 1."""
        successes, tries = self._seen.get(goal, (0.0, 0.0))
        return (successes + self.strength * self.prior) / (tries + self.strength)

    def observe(self, goal: str, rewards: Iterable[float | None]) -> None:
        """`rewards` of new attempts; a reward between 0 and 1 counts as that much of a success, lost ones do not."""
        seen = self._seen[goal]
        for reward in rewards:
            if reward is not None:
                seen[0] = self.decay * seen[0] + reward
                seen[1] = self.decay * seen[1] + 1.0

    def state(self) -> dict[str, Any]:
        return {"seen": {goal: list(pair) for goal, pair in sorted(self._seen.items())}}

    def load(self, state: Mapping[str, Any]) -> None:
        self._seen.clear()
        self._seen.update({goal: [float(a), float(b)] for goal, (a, b) in state["seen"].items()})


@dataclass(frozen=True, slots=True)
class Knapsack:
    """Rollouts where they are worth most (Knapsack RL, arXiv 2509.25849): integer counts under one total, of greatest
    value, the chance of a mixed group times what is then to be gained (`search.allocation.mixed`).

    `floor`, `cap`: rollouts that each goal gets at least and at most; solved goals come down to the floor. `value`: of
    a goal's chance of success and its number of rollouts. The paper's (the default) prefers hard goals among those that
    may be mixed; `chance_mixed` only asks for mixed groups.
    """

    floor: int = 2
    cap: int | None = None
    value: Callable[[float, int], float] = mixed

    def counts(self, odds: Sequence[float], total: int, cost: Sequence[int] | None = None) -> list[int]:
        """Counts with Σ counts · cost ≤ total; with unit costs (the default) their sum is `total`, unless `cap`
        forbids. Raises ValueError where the floors alone cost more."""
        prices = list(cost) if cost is not None else [1] * len(odds)
        counts = integer_rollouts(odds, prices, total, floor=self.floor, cap=self.cap, value=self.value)
        # More of a group that is nearly sure to be mixed is worth nothing; slots that are there are still used.
        room = total - sum(n * price for n, price in zip(counts, prices, strict=True))
        while True:
            open_ = [
                i for i, price in enumerate(prices) if price <= room and (self.cap is None or counts[i] < self.cap)
            ]
            if not open_:
                return counts
            least = min(open_, key=lambda i: (counts[i], i))
            counts[least] += 1
            room -= prices[least]


def chance_mixed(chance: float, tries: int) -> float:
    """That a group of so many rollouts has a success and a failure."""
    return 1.0 - chance**tries - (1.0 - chance) ** tries if tries else 0.0


def mixed_share(odds: Sequence[float], counts: Sequence[int]) -> float:
    """The expected share of groups with a success and a failure, for rewards of 0 and 1."""
    if not counts:
        return 0.0
    return sum(map(chance_mixed, odds, counts)) / len(counts)
