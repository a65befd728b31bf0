"""What may be said about a rate that was measured on so many tasks with so many tries. Pure; randomness is seeded."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval, ends included; both in the unit of the estimate."""

    low: float
    high: float


def pass_at_k(tries: int, successes: int, k: int) -> float:
    """The chance that one of `k` tries succeeds, estimated without bias from `tries` independent ones:
    1 - C(n - c, k) / C(n, k) (Chen et al. 2021, arXiv 2107.03374). Raises ValueError unless 1 <= k <= n and
    0 <= c <= n."""
    if not (1 <= k <= tries and 0 <= successes <= tries):
        raise ValueError(f"pass@{k} of {successes} successes in {tries} tries")
    if tries - successes < k:
        return 1.0
    return 1.0 - math.comb(tries - successes, k) / math.comb(tries, k)


def mean_pass_at_k(tasks: Sequence[tuple[int, int]], k: int) -> float:
    """pass@k over tasks, each (tries, successes). Raises ValueError without tasks, or when one was tried less often."""
    if not tasks:
        raise ValueError("no tasks")
    return fmean(pass_at_k(tries, successes, k) for tries, successes in tasks)


def wilson(successes: int, trials: int, confidence: float = 0.95) -> Interval:
    """Wilson's score interval of a proportion (1927): the rates p that a two-sided score test does not reject.

    Stays within 0 and 1 and is honest for few trials and rates near the ends, as the normal interval is not.
    Without trials nothing is known: (0, 1).
    """
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} successes of {trials}")
    if trials == 0:
        return Interval(0.0, 1.0)
    z = _quantile(confidence)
    rate, spread = successes / trials, z * z / trials
    middle = (rate + spread / 2) / (1 + spread)
    half = z / (1 + spread) * math.sqrt(rate * (1 - rate) / trials + spread / (4 * trials))
    low = 0.0 if successes == 0 else max(0.0, middle - half)
    high = 1.0 if successes == trials else min(1.0, middle + half)
    return Interval(low, high)


def bootstrap(values: Sequence[float], confidence: float = 0.95, *, resamples: int = 2000, seed: int = 0) -> Interval:
    """The percentile interval of a mean over tasks (Efron 1979): tasks are drawn again with replacement.

    For means that are no proportions, such as pass@k. Deterministic for a seed. Raises ValueError without values.
    """
    if not values:
        raise ValueError("no values")
    draw = random.Random(seed)
    count = len(values)
    means = sorted(fmean(draw.choices(values, k=count)) for _ in range(resamples))
    tail = (1 - confidence) / 2
    return Interval(_percentile(means, tail), _percentile(means, 1 - tail))


@dataclass(frozen=True, slots=True)
class Paired:
    """Two runs on the same tasks. `gained`, `lost`: tasks that only the second, only the first solved. `p`: the exact
    two-sided McNemar test that the two are equally likely."""

    both: int
    neither: int
    gained: int
    lost: int
    p: float

    @property
    def tasks(self) -> int:
        return self.both + self.neither + self.gained + self.lost

    @property
    def difference(self) -> float:
        """Rate of the second less that of the first."""
        return (self.gained - self.lost) / self.tasks if self.tasks else 0.0


def compare(first: Mapping[str, bool], second: Mapping[str, bool]) -> Paired:
    """The tasks that both runs have, by id. A task that only one of them has says nothing and is left out: callers
    report how many there were."""
    counts = {(a, b): 0 for a in (True, False) for b in (True, False)}
    for task in first.keys() & second.keys():
        counts[first[task], second[task]] += 1
    gained, lost = counts[False, True], counts[True, False]
    return Paired(counts[True, True], counts[False, False], gained, lost, mcnemar(gained, lost))


def mcnemar(gained: int, lost: int) -> float:
    """The exact two-sided p-value that flips one way and the other are equally likely (McNemar 1947, binomial form)."""
    flips, fewer = gained + lost, min(gained, lost)
    tail = sum(math.comb(flips, i) for i in range(fewer + 1))
    return min(1.0, float(2 * tail / 2**flips))


def paired_interval(result: Paired, confidence: float = 0.95) -> Interval:
    """Newcombe's interval (1998, method 10) of the difference of two rates on the same tasks."""
    tasks = result.tasks
    if tasks == 0:
        return Interval(-1.0, 1.0)
    a, b, c, d = result.both, result.gained, result.lost, result.neither
    second, first = wilson(a + b, tasks, confidence), wilson(a + c, tasks, confidence)
    rate_second, rate_first = (a + b) / tasks, (a + c) / tasks
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    phi = 0.0
    if margins:
        excess = float(a * d - b * c)
        # Continuity correction of the correlation, for positive ones only, as the method has it.
        excess = max(excess - tasks / 2, 0.0) if excess > 0 else excess
        phi = excess / math.sqrt(margins)
    down_second, up_second = rate_second - second.low, second.high - rate_second
    down_first, up_first = rate_first - first.low, first.high - rate_first
    difference = rate_second - rate_first
    low = difference - math.sqrt(max(0.0, down_second**2 - 2 * phi * down_second * up_first + up_first**2))
    high = difference + math.sqrt(max(0.0, up_second**2 - 2 * phi * up_second * down_first + down_first**2))
    return Interval(max(-1.0, low), min(1.0, high))


def _quantile(confidence: float) -> float:
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence of {confidence}")
    return NormalDist().inv_cdf((1 + confidence) / 2)


def _percentile(ordered: Sequence[float], share: float) -> float:
    """Linear between neighbours."""
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])
