"""The order of moves by the embedded model: expected seconds per expected success, the cheapest first.

The fixed order is the fallback. Moves that have the same subject or are of one family fail together, so each one that
comes earlier in the order lowers the chance of those like it.
"""

from __future__ import annotations

import heapq
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Protocol

from decompose.context import GoalContext
from prover.learned.features import Candidate, GoalView, subject_of
from prover.learned.model import EmbeddedModel, Estimate, shipped_model
from prover.learned.store import ModelError

CALL_SECONDS = 3.0
"""What every call of Lean counts for, beside the seconds that it is expected to take: of 0.1 to 10 the value with the
fewest calls and seconds until the first proof, across families of the training data."""
MOST = 128
"""Candidates of a goal that are ranked; more keep their order after these."""
_LEAST = 1e-5


@dataclass(frozen=True, slots=True)
class Placed:
    """A candidate's index, and what the model says of it at its place: `chance` given that all before it failed."""

    index: int
    chance: float
    seconds: float

    @property
    def cost(self) -> float:
        """Expected seconds per expected success."""
        return self.seconds / self.chance


class Ranker(Protocol):
    def order(self, context: GoalContext, candidates: Sequence[Candidate]) -> Iterator[Placed] | None:
        """All finishing moves, each once, the most promising first; None: keep the fixed order."""
        ...

    def splits(self, context: GoalContext, candidates: Sequence[Candidate]) -> Sequence[float] | None:
        """For each split the chance that it leads to a proof; None: keep the fixed order."""
        ...


class LearnedRanker:
    """`Ranker` over the shipped weights. Nothing is loaded before the first goal. Threads may share it."""

    def __init__(self) -> None:
        self._last: tuple[GoalContext, GoalView] | None = None

    def order(self, context: GoalContext, candidates: Sequence[Candidate]) -> Iterator[Placed] | None:
        model = _model()
        if model is None:
            return None
        first = candidates[:MOST]
        rated = model.rate(self._view(context), first)
        return chain(placed(first, rated, model.alike), _unrated(len(first), len(candidates)))

    def splits(self, context: GoalContext, candidates: Sequence[Candidate]) -> Sequence[float] | None:
        model = _model()
        if model is None or not model.card["splits"]["used"]:
            return None
        return model.rate_splits(self._view(context), candidates)

    def _view(self, context: GoalContext) -> GoalView:
        """A goal's finishing moves and its splits are ranked one after the other."""
        last = self._last
        if last is None or last[0] is not context:
            last = self._last = (context, GoalView(context))
        return last[1]


def _model() -> EmbeddedModel | None:
    try:
        return shipped_model()
    except ModelError:
        return None


def _unrated(start: int, end: int) -> Iterator[Placed]:
    return (Placed(index, _LEAST, CALL_SECONDS) for index in range(start, end))


def ranker_for(order: str) -> Ranker | None:
    """The ranker of an `OrderChoice`; None for the fixed order."""
    return LearnedRanker() if order == "learned" else None


def placed(
    candidates: Sequence[Candidate], estimates: Sequence[Estimate], alike: tuple[float, float]
) -> Iterator[Placed]:
    """Greedily the candidate of least cost, lazily. `alike`: by how much log odds fall for each doubling of the number
    of earlier moves of the same family on the same subject, and of the same family."""
    keys = [kinship(each) for each in candidates]
    odds = [math.log(each.chance / (1 - each.chance)) for each in estimates]
    seconds = [CALL_SECONDS + each.seconds for each in estimates]
    counts: Counter[str] = Counter()
    penalties: dict[str, float] = {}

    def chance(index: int) -> float:
        family, subject = keys[index]
        penalty = penalties.get(family, 0.0) + penalties.get(subject, 0.0)
        return max(_LEAST, 1.0 / (1.0 + math.exp(min(50.0, penalty - odds[index]))))

    # Costs only rise, so what comes up with the cost that it has now is the cheapest.
    heap = [
        (seconds[index] / max(_LEAST, estimate.chance), candidate.place, index)
        for index, (candidate, estimate) in enumerate(zip(candidates, estimates, strict=True))
    ]
    heapq.heapify(heap)
    while heap:
        cost, place, index = heap[0]
        now = chance(index)
        if seconds[index] / now > cost:
            heapq.heapreplace(heap, (seconds[index] / now, place, index))
            continue
        heapq.heappop(heap)
        yield Placed(index, now, seconds[index])
        for key, weight in zip(keys[index], (alike[1], alike[0]), strict=True):
            counts[key] += 1
            penalties[key] = weight * math.log2(1 + counts[key])


def kinship(candidate: Candidate) -> tuple[str, str]:
    """The family of a move, and its family with its subject: the way in, and what it is about."""
    family = _family(candidate.label)
    return family, f"{family} on {subject_of(candidate.tactics)}"


@lru_cache(maxsize=4096)
def _family(label: str) -> str:
    word = re.split(r"[ ;:]", label, maxsplit=1)[0]
    return {"fun_cases": "cases", "simp_all": "simp", "unfold": "simp", "intros": "simp"}.get(word, word)
