"""The reward of an attempt: of a sketch the score that search ranked it by, of a proof the trusted check's verdict.

`decompose.score` is the only definition of the number: nothing is computed here, it is looked up in what the attempt
left (an answer of the search, a row of the ledger). `None` is no reward at all: the machinery lost the attempt, or a
limit ended it that depends on the machine. Such attempts are left out of their group; they never count as 0.

Further terms (`Composition`) are off unless asked for, and the plain score comes through bit for bit.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from decompose.score import GateFailed, Score, from_json, rescore
from lean_project.errors import LimitHit
from lean_project.ledger import Attempt, Outcome
from prover.engine import Justified
from search.domain import Answer, Verdict

FAIR_LIMITS = frozenset({"heartbeats"})
"""Limits that say the same of an attempt on every machine. Wall clock and memory say something about ours."""


class Tier(IntEnum):
    """How far an attempt came; a higher one is better (TRPA's preference levels, arXiv 2504.04524)."""

    GARBAGE = 0
    """Refused before Lean was asked: no code, or something forbidden in it."""
    PARSES = 1
    """Lean was asked and said no."""
    ELABORATES = 2
    """Lean accepts it, and goals are left open (or were refuted)."""
    ACCEPTED = 3
    """The trusted check accepts the whole file."""


@dataclass(frozen=True, slots=True)
class Step:
    """A tactic of an attempt: the key of the goal that it was taken at, and its characters in the completion."""

    goal: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Graded:
    """An attempt with its reward, 0 to 1, None where it has none.

    `score`: the sketch's, with provenance; None for whole proofs and refused answers. `terms`: what a `Composition`
    may add, each 0 to 1. `closed`: for each subgoal of the attempt, by strict key, whether it is closed, where that is
    known (VeRPO; `rl.subgoals`). `steps`: for step groups (GiGPO). `kept`: the completion up to its first failing
    step, "" where there is nothing to keep (R3L). `reason`: why the reward is what it is, for people.
    """

    reward: float | None
    tier: Tier | None = None
    score: Score | None = None
    terms: Mapping[str, float] = field(default_factory=dict)
    closed: Mapping[str, bool] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    kept: str = ""
    reason: str = ""


def of_score(score: Score | None) -> float | None:
    """S; None for a split that the machinery lost."""
    return None if score is None else score.value


def of_verdict(accepted: bool | None) -> float | None:
    """1 for a proof that the trusted check accepts, 0 for one that it refuses, None when it could not say."""
    return None if accepted is None else float(accepted)


def of_answer(answer: Answer) -> float | None:
    """The reward of a sketch that the search tried: the very number that the search ranked it by.

    Raises ValueError when the answer and its score disagree (they are one number, so that is a bug).
    """
    match answer.verdict:
        case Verdict.MACHINERY:
            return None
        case Verdict.LIMIT:
            hit = answer.record
            return None if isinstance(hit, LimitHit) and hit.kind not in FAIR_LIMITS else 0.0
        case Verdict.REFUSED:
            return 0.0
        case Verdict.JUSTIFIED:
            made = answer.record.score if isinstance(answer.record, Justified) else None
            if made is not None and made.value != answer.score:
                raise ValueError(f"ranked by {answer.score!r}, but its score is {made.value!r}")
            return answer.score


def of_attempt(row: Attempt) -> float | None:
    """The reward of a sketch as the ledger tells it; equal to `of_answer` of the answer that the row was written for.

    Raises ValueError for a score that does not follow from its provenance, or of another version of the definition:
    such rows are no training data any more.
    """
    if row.outcome is Outcome.MACHINERY:
        return None
    if row.outcome is Outcome.LIMIT:
        return 0.0 if row.limit_kind in FAIR_LIMITS else None
    if row.outcome is Outcome.FAILED:
        return 0.0
    if "score" not in row.extra:
        raise ValueError(f"the attempt {row.key[:12]} was accepted, and has no score")
    found = from_json(row.extra["score"])
    if rescore(found.provenance) != found:
        raise ValueError(f"the score of the attempt {row.key[:12]} does not follow from its provenance")
    return of_score(found)


def tier_of(answer: Answer) -> Tier | None:
    """How far a sketch came; ACCEPTED is for the trusted check to say."""
    if answer.verdict is Verdict.JUSTIFIED:
        return Tier.ELABORATES
    if answer.verdict is Verdict.REFUSED:
        return Tier.ELABORATES if isinstance(answer.record, Justified) else Tier.PARSES
    return None if of_answer(answer) is None else Tier.PARSES


@dataclass(frozen=True, slots=True)
class Composition:
    """The score together with other terms, each squashed before they are summed, so that the sum behaves like AND and
    effort goes to the weakest term (Wang et al., Transforming and Combining Rewards, arXiv 2402.00742):

        u = Σ w_i · log σ(k · (x_i - c))        x_i in 0..1

    brought to 0..1 by the one affine map that takes "all terms 0" to 0 and "all terms 1" to 1; group-relative
    advantages do not see that map. A failed gate stays 0 whatever the other terms are.

    `weights`: of the terms by name; the score itself is `score`. Neutral (the default): no weights, and the reward is
    the score, bit for bit. `centre`: c, where the squashing bends. `steepness`: k, above 0.
    """

    weights: Mapping[str, float] = field(default_factory=dict)
    centre: float = 0.5
    steepness: float = 6.0

    def __post_init__(self) -> None:
        if self.steepness <= 0 or any(not weight > 0 for weight in self.weights.values()):
            raise ValueError("weights and steepness of a composition must be above 0")
        if self.weights and "score" not in self.weights:
            raise ValueError("a composition needs a weight for the score itself")

    def of(self, graded: Graded) -> float | None:
        """The composed reward. Raises KeyError for a term that the attempt does not have."""
        if not self.weights or graded.reward is None:
            return graded.reward
        if isinstance(graded.score, GateFailed) or graded.reward == 0.0:
            return 0.0
        values = {**graded.terms, "score": graded.reward}
        low, high = self._sum(dict.fromkeys(self.weights, 0.0)), self._sum(dict.fromkeys(self.weights, 1.0))
        return (self._sum(values) - low) / (high - low)

    def _sum(self, values: Mapping[str, float]) -> float:
        return math.fsum(weight * self._squashed(values[name]) for name, weight in self.weights.items())

    def _squashed(self, value: float) -> float:
        return -math.log1p(math.exp(-self.steepness * (value - self.centre)))


PLAIN = Composition()
"""The plain score."""
