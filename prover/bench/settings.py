"""What a bench run is asked to do. Whatever decides an outcome is in `identity`, and so in every record's key."""

from __future__ import annotations

import random
from dataclasses import dataclass

from lean_project.errors import UserError
from prover.settings import (
    DEFAULT_DIFFICULTY,
    DEFAULT_ORDER,
    DEFAULT_POLICY_SAMPLES,
    DEFAULT_STRATEGY,
    NO_POLICY,
    DifficultyChoice,
    OrderChoice,
    StrategyChoice,
)

DRAWING = frozenset({StrategyChoice.HIERARCHICAL.value, StrategyChoice.FLAT.value})
"""Strategies that draw: only their attempts differ."""


@dataclass(frozen=True, slots=True)
class BenchSettings:
    """k: attempts at a task. calls: Lean calls of an attempt. heartbeats: cap on those of one call (Lean's
    `maxHeartbeats`), None leaves the search's own. seconds: wall clock of an attempt, a safety net: an attempt that
    meets it ends as `limit (seconds)` and depends on the machine. order: of finishing moves, "learned" or "fixed";
    difficulty: of goals, "footprint", "learned" or "policy". gate: test statements for counterexamples first. policy: a
    language model to ask, as for `gentzen prove`; model, policy_samples: as there. tokens: of its, an attempt may
    spend, None for no bound.
    """

    k: int = 1
    calls: int = 100
    heartbeats: int | None = None
    seconds: float = 900.0
    strategy: str = DEFAULT_STRATEGY
    order: str = DEFAULT_ORDER
    difficulty: str = DEFAULT_DIFFICULTY
    seed: int = 0
    gate: bool = True
    policy: str | None = None
    model: str | None = None
    policy_samples: int = DEFAULT_POLICY_SAMPLES
    tokens: int | None = None

    def __post_init__(self) -> None:
        if self.k < 1 or self.calls < 1 or not 0 < self.seconds < float("inf"):
            raise UserError("--k, --calls and --seconds must be positive numbers.")
        if self.heartbeats is not None and self.heartbeats < 1:
            raise UserError(f"--heartbeats must be a positive number, not {self.heartbeats}. Leave it out for no cap.")
        if self.policy is not None and self.strategy == StrategyChoice.PORTFOLIO.value:
            raise UserError("--policy does nothing with --strategy portfolio. Leave one of the two out.")
        if self.difficulty == DifficultyChoice.POLICY.value and self.policy is None:
            raise UserError(NO_POLICY)
        if self.tokens is not None and (self.policy is None or self.tokens < 1):
            raise UserError("--tokens bounds what a --policy may spend: give one, and a positive number.")
        if self.k > 1 and self.policy is None and self.strategy not in DRAWING:
            raise UserError(
                f"The strategy {self.strategy} draws nothing: {self.k} attempts would be {self.k} times the same one. "
                f"Use --k 1, or --strategy {' or '.join(sorted(DRAWING))}."
            )

    def identity(self) -> dict[str, object]:
        """Everything but the number of attempts: more of them continue a run."""
        asked = {"policy": self.policy, "model": self.model, "samples": self.policy_samples, "tokens": self.tokens}
        return {
            "calls": self.calls,
            "heartbeats": self.heartbeats,
            "seconds": self.seconds,
            "strategy": self.strategy,
            "seed": self.seed,
            "gate": self.gate,
            **({} if self.order == OrderChoice.FIXED.value else {"order": _with_weights(self.order)}),
            **(
                {}
                if self.difficulty == DifficultyChoice.FOOTPRINT.value
                else {"difficulty": self.difficulty}
                if self.difficulty == DifficultyChoice.POLICY.value
                else {"difficulty": _with_weights(self.difficulty)}
            ),
            **(asked if self.policy is not None else {}),
        }

    def seed_of(self, attempt: int) -> int:
        """The seed of the attempt with this number (from 1)."""
        return random.Random(f"{self.seed} {attempt}").getrandbits(32)


def _with_weights(choice: str) -> str:
    """What is learned, by its weights: others make another run."""
    from prover.learned.model import shipped_model
    from prover.learned.store import ModelError

    try:
        return f"{choice} ({shipped_model().name})"
    except ModelError:
        return f"{choice} (not available)"
