"""How hard a goal is, as one number: d of the score. The footprint now; learned estimates plug in here."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from decompose.definitions import Definitions
from decompose.footprint import DEPTH, Library, Lookup, Variant, footprint
from lean_project.model import ClosedGoal

if TYPE_CHECKING:
    from decompose.spec import Target

LEAST_PROBABILITY = 1e-9
"""-log p stays finite: an estimate of 0 is an estimate, not a proof that nothing works."""


class Difficulty(Protocol):
    """`source` and `variant` go into every score's provenance; they name what was measured, weights included."""

    @property
    def source(self) -> str: ...

    @property
    def variant(self) -> str:
        """The footprint's variant; "" where no footprint is in it."""
        ...

    def of(self, closed: ClosedGoal, definitions: Definitions) -> float:
        """d(goal): finite, at least 0, larger for harder goals."""
        ...


@runtime_checkable
class TextDifficulty(Difficulty, Protocol):
    """One that reads what Lean prints, as a language model does."""

    def of_text(self, closed: ClosedGoal, definitions: Definitions, target: Target, text: str) -> float:
        """d of the goal in `target`'s command that Lean prints as `text`, every hypothesis accessible; where nothing
        can be said of the text, `of`."""
        ...


def measured(difficulty: Difficulty, closed: ClosedGoal, definitions: Definitions, target: Target, text: str) -> float:
    """d of a goal of which both the terms and the text are at hand."""
    if isinstance(difficulty, TextDifficulty):
        return difficulty.of_text(closed, definitions, target, text)
    return difficulty.of(closed, definitions)


@dataclass(frozen=True, slots=True)
class FootprintDifficulty:
    """d = the operator footprint. `lookup`: for the variant `all`."""

    kind: Variant = Variant.SPEC
    depth: int = DEPTH
    lookup: Lookup | Library | None = None

    @property
    def source(self) -> str:
        return "footprint" if self.depth == DEPTH else f"footprint to depth {self.depth}"

    @property
    def variant(self) -> str:
        return self.kind.value

    def of(self, closed: ClosedGoal, definitions: Definitions) -> float:
        return float(footprint(closed, definitions, self.kind, self.depth, self.lookup).value)


@dataclass(frozen=True, slots=True)
class LearnedDifficulty:
    """d = -log p, in nats: `probability` estimates the chance that a budgeted attempt proves the goal (0 to 1).

    `model` names the estimator and its version. Raises ValueError when the estimate is no probability.
    """

    model: str
    probability: Callable[[ClosedGoal, Definitions], float]

    @property
    def source(self) -> str:
        return f"learned {self.model}"

    @property
    def variant(self) -> str:
        return ""

    def of(self, closed: ClosedGoal, definitions: Definitions) -> float:
        p = self.probability(closed, definitions)
        if not 0 <= p <= 1:
            raise ValueError(f"{self.model}: {p} is not a probability")
        return max(-math.log(max(p, LEAST_PROBABILITY)), 0.0)


@dataclass(frozen=True, slots=True)
class Blend:
    """d = Σ w_i · s_i · d_i / Σ w_i over `parts`, each (difficulty d_i, weight w_i, scale s_i).

    A scale brings a part to the unit of the others, since T = 5 is a temperature in constants of a footprint: for nats,
    `fit_scale` gives constants per nat. Raises ValueError for weights or scales that are negative, or all 0.
    """

    parts: tuple[tuple[Difficulty, float, float], ...]

    def __post_init__(self) -> None:
        numbers = [number for _, *both in self.parts for number in both]
        if any(not (math.isfinite(number) and number >= 0) for number in numbers) or self._weight <= 0:
            raise ValueError("the weights of a blend must be at least 0, and not all 0; its scales at least 0")

    @property
    def _weight(self) -> float:
        return math.fsum(weight for _, weight, _ in self.parts)

    @property
    def source(self) -> str:
        parts = (f"{weight!r} x {scale!r} x {part.source}" for part, weight, scale in self.parts)
        return f"blend ({' + '.join(parts)})"

    @property
    def variant(self) -> str:
        return ",".join(part.variant for part, _, _ in self.parts if part.variant)

    def of(self, closed: ClosedGoal, definitions: Definitions) -> float:
        terms = (weight * scale * part.of(closed, definitions) for part, weight, scale in self.parts)
        return math.fsum(terms) / self._weight


def fit_scale(values: Sequence[float], targets: Sequence[float]) -> float:
    """The s that makes s · values fit targets best (least squares through 0); 1 when all values are 0."""
    square = math.fsum(value * value for value in values)
    return math.fsum(v * t for v, t in zip(values, targets, strict=True)) / square if square else 1.0
