"""SGS's guide, computed from terms instead of asked of a model: relevance + (2 - complexity) + (1 - redundancy).

Pure. What a language model judges there is measured here: relevance is the likeness of constants to what is unsolved,
complexity the growth over the seed, redundancy the share of hypotheses that do nothing.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from rl.selfplay.config import Guide
from rl.selfplay.records import Shape, Statement

Vector = Mapping[str, float]
Embed = Callable[[Sequence[Statement]], list[Vector]]
"""One sparse vector of length 1 for each statement. The default is `ConstantVectors`; a learned one plugs in here."""


class ConstantVectors:
    """Statements as bags of their constants, weighted by rarity over a collection (tf-idf, as in `prover.premises`)."""

    def __init__(self, collection: Iterable[Statement]) -> None:
        shapes = [each.shape for each in collection]
        count = Counter(constant for shape in shapes for constant in set(shape.constants))
        self._weights = {constant: math.log(1 + len(shapes) / number) for constant, number in count.items()}

    def __call__(self, statements: Sequence[Statement]) -> list[Vector]:
        return [self.of(each.shape) for each in statements]

    def of(self, shape: Shape) -> Vector:
        values = {constant: self._weights.get(constant, 1.0) for constant in shape.constants}
        norm = math.sqrt(math.fsum(value * value for value in values.values()))
        return {constant: value / norm for constant, value in values.items()} if norm else {}


def cosine(first: Vector, second: Vector) -> float:
    """0 to 1 for vectors of length 1 without negative entries. Symmetric to the last bit."""
    return min(1.0, math.fsum(first[word] * second[word] for word in sorted(first.keys() & second.keys())))


def convoluted(shape: Shape, settings: Guide) -> bool:
    """The conclusion has a disjunction, or more connectives than it may."""
    return shape.disjunction or shape.connectives > settings.connectives


def relevance(own: Vector, targets: Sequence[Vector], settings: Guide) -> float:
    """0 to `settings.relevance`: the likeness to the nearest of `targets`."""
    return settings.relevance * max((cosine(own, each) for each in targets), default=0.0)


def complexity(shape: Shape, seed: Shape, settings: Guide) -> float:
    """0 to `settings.complexity`: 0 for a conjecture no larger than its seed, all of it for one `growth` times so
    large, and logarithmic between."""
    ratio = max(1.0, shape.size / max(seed.size, 1))
    return settings.complexity * min(1.0, math.log(ratio) / math.log(settings.growth))


def redundancy(shape: Shape, unused: int, settings: Guide) -> float:
    """0 to `settings.redundancy`: the share of hypotheses that are repeated, share nothing with the conclusion, or
    occur in no proof (`unused`: of the proof that leaves out fewest)."""
    if not shape.hypotheses:
        return 0.0
    idle = min(shape.hypotheses, max(unused, shape.idle) + shape.repeated)
    return settings.redundancy * idle / shape.hypotheses


def value(relevant: float, complex_: float, redundant: float, settings: Guide) -> float:
    """The guide's sum, at least 0."""
    return relevant + (settings.complexity - complex_) + (settings.redundancy - redundant)


def rewards(scored: Sequence[tuple[float, float]], settings: Guide, rates: Sequence[float]) -> list[float]:
    """SGS's conjecture rewards for (rate, guide) pairs: (1 - s) x guide for 0 < s <= the percentile of `rates` within
    (0, 1), else 0; those above 0 scaled to 0..1 by their least and their largest (1 where all are equal)."""
    bound = percentile([rate for rate in rates if 0 < rate < 1], settings.percentile)
    raw = [(1 - rate) * guide if bound is not None and 0 < rate <= bound else 0.0 for rate, guide in scored]
    earning = [each for each in raw if each > 0]
    if not earning:
        return [0.0] * len(raw)
    low, high = min(earning), max(earning)
    if high == low:
        return [1.0 if each > 0 else 0.0 for each in raw]
    return [(each - low) / (high - low) if each > 0 else 0.0 for each in raw]


def percentile(values: Sequence[float], percent: float) -> float | None:
    """Linear between neighbours; None without values."""
    if not values:
        return None
    ordered = sorted(values)
    place = percent / 100 * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])
