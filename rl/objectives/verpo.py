"""VeRPO: partial credit for the subgoals that were closed, the harder the more (arXiv 2601.03525)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import torch
from torch import Tensor

from rl.objectives.interface import Objective, Rollouts, group_relative


class ClosureRates:
    """How often each subgoal is closed, by its key: running means over attempts, newer ones counting more."""

    def __init__(self, decay: float = 0.9) -> None:
        if not 0 < decay < 1:
            raise ValueError(f"decay must be between 0 and 1, not {decay}")
        self.decay = decay
        self._rates: dict[str, tuple[float, float]] = {}

    def observe(self, closed: Iterable[Mapping[str, bool]]) -> None:
        """One batch of attempts; a subgoal that an attempt does not have says nothing."""
        seen: dict[str, list[bool]] = {}
        for each in closed:
            for key, done in each.items():
                seen.setdefault(key, []).append(done)
        for key, values in seen.items():
            total, weight = self._rates.get(key, (0.0, 0.0))
            self._rates[key] = (self.decay * total + sum(values), self.decay * weight + len(values))

    def of(self, key: str) -> float:
        """ρ, 0 to 1; 1/2 for a subgoal that never came up (Laplace)."""
        total, weight = self._rates.get(key, (0.0, 0.0))
        return (total + 1.0) / (weight + 2.0)

    def state(self) -> dict[str, Any]:
        return {key: list(pair) for key, pair in sorted(self._rates.items())}

    def load(self, state: Mapping[str, Any]) -> None:
        self._rates = {key: (float(pair[0]), float(pair[1])) for key, pair in state.items()}


def dense(closed: Mapping[str, bool], rates: ClosureRates) -> float:
    """Σ of the weights of the closed subgoals / Σ of all, 0 to 1; weight w_j = 1 - ρ_j, so easy ones are worth little.
    0 without subgoals. Normalising bounds what farming many easy subgoals can bring, as the paper asks for."""
    total = math.fsum(1.0 - rates.of(key) for key in closed)
    earned = math.fsum(1.0 - rates.of(key) for key, done in closed.items() if done)
    return earned / total if total else 0.0


def with_credit(reward: float, credit: float, partial: float) -> float:
    """r + partial · (1 - r) · credit for an incomplete attempt: below 1 for `partial` below 1, so that a finished one
    (reward 1) always outranks it, whatever it closed."""
    return reward if reward >= 1.0 else reward + partial * (1.0 - reward) * credit


class VeRpo(Objective):
    """`partial` 0 is neutral; it must be below 1. Rates are measured over the run's own attempts (`Graded.closed`), and
    the present batch counts before it is weighted."""

    name: ClassVar[str] = "verpo"

    def __init__(self, partial: float = 0.0, decay: float = 0.9, *, scale: bool = True) -> None:
        super().__init__()
        if not 0 <= partial < 1:
            raise ValueError(f"partial must be at least 0 and below 1, not {partial}")
        self.partial, self.scale = partial, scale
        self.rates = ClosureRates(decay)

    @property
    def wants_closed(self) -> bool:
        return self.partial > 0

    def advantages(self, rollouts: Rollouts) -> Tensor:
        if not self.partial:
            return rollouts.plain
        self.rates.observe(graded.closed for graded in rollouts.graded)
        credits = [dense(graded.closed, self.rates) for graded in rollouts.graded]
        rewards = [
            with_credit(reward, credit, self.partial)
            for reward, credit in zip(rollouts.rewards.tolist(), credits, strict=True)
        ]
        self.metrics["verpo/credit"] = math.fsum(credits) / max(1, len(credits))
        shaped = torch.tensor(rewards, dtype=torch.float64, device=rollouts.rewards.device)
        return group_relative(shaped, rollouts.groups, scale=self.scale).to(rollouts.plain.dtype)

    def state(self) -> dict[str, Any]:
        return {"rates": self.rates.state()}

    def load(self, state: Mapping[str, Any]) -> None:
        self.rates.load(state["rates"])
