"""The score of a decomposition, for search, reward, filters and reports alike (docs/score.md).

    S = v · r        r = max(1 - d̄ / d(G), 0)        d̄ = T · log Σ exp(d(L_i) / T)        T = 5

after Goedel-Code-Prover (arXiv 2603.19329). This module is pure: numbers and gate outcomes in, a score with provenance
out. A split that the machinery lost has no score at all: callers keep None for it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from enum import StrEnum
from typing import Any

VERSION = "score 1"
TEMPERATURE = 5.0

# 50 digits: far more than a double has, so that the rounded result is the same on every machine (unlike libm's), does
# not depend on the order of the terms, and is monotone in each of them.
_CONTEXT = Context(prec=50, rounding=ROUND_HALF_EVEN, Emin=-999_999, Emax=999_999)
_NEGLIGIBLE = Decimal(200)
"""exp(-200) is below the last of 50 digits even when there are 10^30 such terms."""


class Justification(StrEnum):
    """Does Lean accept the proof of the goal, the children left open?"""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    HAS_SORRY = "has_sorry"
    """Accepted, and the proof leaves something open that is not one of the children."""


class Counterexample(StrEnum):
    """What the counterexample gate says of a child."""

    REFUTED = "refuted"
    PASSED = "passed"
    UNTESTABLE = "untestable"
    """Does not change v; counted and reported."""


class Gate(StrEnum):
    """What made v = 0."""

    REFUSED = "refused"
    HAS_SORRY = "has_sorry"
    REFUTED_CHILD = "refuted_child"


@dataclass(frozen=True, slots=True)
class Child:
    """A child that is still open. `name` is unique among its siblings: numbers are tied to lemmas by name, not by order
    of appearance. `difficulty`: d, finite and at least 0. `trivial`: the goal again or stronger
    (`decompose.goalkey.is_trivial_child`)."""

    name: str
    difficulty: float
    counterexample: Counterexample
    trivial: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "difficulty", _size(self.difficulty, f"the difficulty of {self.name}"))


@dataclass(frozen=True, slots=True)
class Provenance:
    """Everything that a score was made of. `goal`: d(G). `source`: who measured the difficulties (`footprint`,
    `learned`, ...). `variant`: of the footprint, "" where there is none. `version`: of this module's definition."""

    goal: float
    children: tuple[Child, ...]
    justification: Justification
    source: str
    variant: str
    temperature: float = TEMPERATURE
    version: str = VERSION

    def __post_init__(self) -> None:
        object.__setattr__(self, "goal", _size(self.goal, "the difficulty of the goal"))
        object.__setattr__(self, "temperature", _size(self.temperature, "the temperature"))
        if not self.temperature:
            raise ValueError("the temperature must be above 0")
        if len({child.name for child in self.children}) != len(self.children):
            raise ValueError("two children have the same name")

    @property
    def untestable(self) -> int:
        """How many children the counterexample gate could say nothing about."""
        return sum(child.counterexample is Counterexample.UNTESTABLE for child in self.children)


@dataclass(frozen=True, slots=True)
class GateFailed:
    """v = 0. `gate` says why, `refuted` which children are false. There is no r."""

    gate: Gate
    refuted: tuple[str, ...]
    provenance: Provenance

    @property
    def value(self) -> float:
        return 0.0


@dataclass(frozen=True, slots=True)
class NothingOpen:
    """v = 1 and no child is open: the goal is proved, as a hint."""

    provenance: Provenance

    @property
    def value(self) -> float:
        return 1.0


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """v = 1 and children are open. `smooth_max`: d̄. `r`: how much simpler they are, 0 to 1; 0 if one is trivial."""

    smooth_max: float
    r: float
    provenance: Provenance

    @property
    def value(self) -> float:
        return self.r


Score = GateFailed | NothingOpen | LeftOpen
"""`value` is S, 0 to 1. Failed, finished and in between are different types: no number says which one it is."""


def score(
    goal: float,
    children: Iterable[Child],
    *,
    justification: Justification,
    source: str,
    variant: str = "",
    temperature: float = TEMPERATURE,
) -> Score:
    """The score of a split of a goal of difficulty `goal` that leaves `children` open.

    Raises ValueError for difficulties that are negative or not finite, and for two children of one name.
    """
    return rescore(Provenance(goal, tuple(children), justification, source, variant, temperature))


def rescore(provenance: Provenance) -> Score:
    """The score that follows from its provenance; the same bits each time, on every machine."""
    if provenance.version != VERSION:
        raise ValueError(f"made by {provenance.version!r}, this is {VERSION!r}")
    if provenance.justification is not Justification.ACCEPTED:
        return GateFailed(Gate(provenance.justification.value), (), provenance)
    children = provenance.children
    refuted = tuple(child.name for child in children if child.counterexample is Counterexample.REFUTED)
    if refuted:
        return GateFailed(Gate.REFUTED_CHILD, refuted, provenance)
    if not children:
        return NothingOpen(provenance)
    smooth = smooth_max((child.difficulty for child in children), provenance.temperature)
    return LeftOpen(smooth, _effectiveness(provenance, smooth), provenance)


def _effectiveness(provenance: Provenance, smooth: float) -> float:
    if provenance.goal == 0 or any(child.trivial for child in provenance.children):
        return 0.0
    return max(1.0 - smooth / provenance.goal, 0.0)


def smooth_max(difficulties: Iterable[float], temperature: float = TEMPERATURE) -> float:
    """T · log Σ exp(d / T), rounded once. At least the largest d, and at most T · ln k above it for k terms.

    Of no terms it is -inf, the logarithm of 0 (and never 0, which would be the best there is).
    """
    values = sorted(map(Decimal, difficulties), reverse=True)
    if not values:
        return -math.inf
    context, largest, scale = _CONTEXT.copy(), values[0], Decimal(temperature)
    total = Decimal(0)
    for value in values:
        below = context.divide(context.subtract(largest, value), scale)
        if below > _NEGLIGIBLE:
            break
        total = context.add(total, context.exp(-below))
    return float(context.add(largest, context.multiply(scale, context.ln(total))))


def preferences(difficulties: Sequence[float], temperature: float = 1.0) -> list[float]:
    """Probabilities for choosing among open goals, the harder the likelier: a softmax of difficulties scaled to 0..1.

    A softmax of the raw numbers would be an argmax, since a footprint that is 10 larger weighs e^10 as much.
    """
    if not difficulties:
        return []
    low, high = min(difficulties), max(difficulties)
    scale = (high - low) * temperature or 1.0
    weights = [math.exp((value - high) / scale) for value in difficulties]
    total = math.fsum(weights)
    return [weight / total for weight in weights]


def to_json(result: Score) -> dict[str, Any]:
    """Plain data: `json.loads(json.dumps(...))` of it gives `from_json` the same bits back."""
    made = result.provenance
    outcome: dict[str, Any]
    match result:
        case GateFailed():
            outcome = {"outcome": "gate_failed", "gate": result.gate.value, "refuted": list(result.refuted)}
        case NothingOpen():
            outcome = {"outcome": "nothing_open"}
        case LeftOpen():
            outcome = {"outcome": "left_open", "smooth_max": result.smooth_max, "r": result.r}
    return {
        **outcome,
        "S": result.value,
        "goal": made.goal,
        "children": [
            {
                "name": child.name,
                "difficulty": child.difficulty,
                "counterexample": child.counterexample.value,
                "trivial": child.trivial,
            }
            for child in made.children
        ],
        "untestable": made.untestable,
        "justification": made.justification.value,
        "source": made.source,
        "variant": made.variant,
        "temperature": made.temperature,
        "version": made.version,
    }


def from_json(data: Mapping[str, Any]) -> Score:
    """The score that `to_json` wrote. Raises ValueError, KeyError or TypeError on anything else.

    The numbers are those that were written, not computed again: `rescore(result.provenance) == result` is the check.
    """
    provenance = Provenance(
        goal=data["goal"],
        children=tuple(
            Child(each["name"], each["difficulty"], Counterexample(each["counterexample"]), each["trivial"])
            for each in data["children"]
        ),
        justification=Justification(data["justification"]),
        source=data["source"],
        variant=data["variant"],
        temperature=data["temperature"],
        version=data["version"],
    )
    read: dict[str, Callable[[], Score]] = {
        "gate_failed": lambda: GateFailed(Gate(data["gate"]), tuple(data["refuted"]), provenance),
        "nothing_open": lambda: NothingOpen(provenance),
        "left_open": lambda: LeftOpen(float(data["smooth_max"]), float(data["r"]), provenance),
    }
    if data["outcome"] not in read:
        raise ValueError(f"not an outcome of a score: {data['outcome']!r}")
    return read[data["outcome"]]()


def _size(value: float, what: str) -> float:
    number = float(value)
    if not (math.isfinite(number) and number >= 0):
        raise ValueError(f"{what} must be finite and at least 0, not {number}")
    return number
