"""How sure a model was of its samples: an order for what Lean is asked first, never a judgement."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from prover.policy.answers import Answer


def self_certainty(distributions: Iterable[Sequence[float]]) -> float:
    """Self-certainty of a sample (Kang et al. 2025, eq. 8): the mean over positions i and words j of
    -log(V · p(j|i)), which is KL(uniform ‖ p), from full log-probability vectors (each of length V). At least 0; 0 for
    uniform distributions. An empty sample has none: 0.
    """
    total, count = 0.0, 0
    for logprobs in distributions:
        size = len(logprobs)
        total += -math.log(size) - sum(logprobs) / size
        count += 1
    return total / count if count else 0.0


def by_confidence(answers: Iterable[Answer]) -> list[Answer]:
    """Surest first: by self-certainty where every answer has it, else by mean log-probability where every answer has
    that, else as they came. Ties keep their order."""
    found = list(answers)
    certainties = [answer.certainty for answer in found]
    if all(each is not None for each in certainties):
        return sorted(found, key=lambda answer: -(answer.certainty or 0.0))
    logprobs = [answer.logprob for answer in found]
    if all(each is not None for each in logprobs):
        return sorted(found, key=lambda answer: -(answer.logprob or 0.0))
    return found
