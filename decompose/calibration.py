"""Does a number that rates goals predict what is proved later? Ranking (AUROC) and reliability of probabilities."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby


def auroc(scores: Sequence[float], outcomes: Sequence[bool]) -> float | None:
    """The chance that a random true outcome has a higher score than a random false one, ties counting one half.

    To test a difficulty, give its negative as score and "was proved" as outcome. None without both outcomes. Mann and
    Whitney's U by midranks, O(n log n). Raises ValueError for scores that are no numbers.
    """
    pairs = sorted(zip(scores, outcomes, strict=True), key=lambda pair: pair[0])
    if any(math.isnan(value) for value, _ in pairs):
        raise ValueError("a score is not a number")
    positives = sum(outcome for _, outcome in pairs)
    negatives = len(pairs) - positives
    if not positives or not negatives:
        return None
    wins, below = 0, 0  # In halves, so that the sum is exact.
    for _, group in groupby(pairs, key=lambda pair: pair[0]):
        tied = [outcome for _, outcome in group]
        true = sum(tied)
        false = len(tied) - true
        wins += true * (2 * below + false)
        below += false
    return wins / (2 * positives * negatives)


@dataclass(frozen=True, slots=True)
class Bin:
    """Predictions in [low, high) (the last bin is closed). `mean` of the predictions and `rate` of true outcomes are
    None in an empty bin."""

    low: float
    high: float
    count: int
    mean: float | None
    rate: float | None


def reliability(probabilities: Sequence[float], outcomes: Sequence[bool], bins: int = 10) -> tuple[Bin, ...]:
    """Bins of equal width over [0, 1]. A calibrated estimate has mean = rate in each, up to chance."""
    if bins < 1:
        raise ValueError("at least one bin")
    groups: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for p, outcome in zip(probabilities, outcomes, strict=True):
        if not 0 <= p <= 1:
            raise ValueError(f"{p} is not a probability")
        place = min(int(p * bins), bins - 1)
        # p * bins is rounded: the edges decide.
        place += (place + 1 < bins and p >= (place + 1) / bins) - (p < place / bins)
        groups[place].append((p, outcome))
    return tuple(
        Bin(
            i / bins,
            (i + 1) / bins,
            len(group),
            math.fsum(p for p, _ in group) / len(group) if group else None,
            sum(outcome for _, outcome in group) / len(group) if group else None,
        )
        for i, group in enumerate(groups)
    )


def calibration_error(bins: Sequence[Bin]) -> float:
    """The mean distance of `mean` and `rate`, each bin weighted by its count (ECE). 0 when all bins are empty."""
    total = sum(each.count for each in bins)
    gaps = (each.count * abs(each.mean - each.rate) for each in bins if each.mean is not None and each.rate is not None)
    return math.fsum(gaps) / total if total else 0.0


def brier(probabilities: Sequence[float], outcomes: Sequence[bool]) -> float | None:
    """The mean of (p - outcome)²; None of nothing."""
    squares = [(p - outcome) ** 2 for p, outcome in zip(probabilities, outcomes, strict=True)]
    return math.fsum(squares) / len(squares) if squares else None
