"""ACE: over-confident errors are punished harder (arXiv 2602.21420)."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor
from torch.nn.functional import softplus

from rl.objectives.interface import Need, Objective, Rollouts, sequence_mean


def penalised(advantages: Tensor, shift: Tensor, alpha: float) -> Tensor:
    """(B,) A_i · (1 + α · softplus(c_i)) where A_i < 0, else A_i. `shift`: (B,) c_i = log π(y_i|x) - log π_ref(y_i|x),
    how much more likely training has made the completion; detached."""
    return torch.where(advantages < 0, advantages * (1.0 + alpha * softplus(shift)), advantages)


class Ace(Objective):
    """`alpha` 0 is neutral. `per_token`: c_i is the mean over tokens instead of their sum (the paper's), so that it
    does not grow with length. Needs a reference policy."""

    name: ClassVar[str] = "ace"

    def __init__(self, alpha: float = 0.0, *, per_token: bool = False) -> None:
        super().__init__()
        if alpha < 0:
            raise ValueError(f"alpha must be at least 0, not {alpha}")
        self.alpha, self.per_token = alpha, per_token

    @property
    def needs(self) -> frozenset[Need]:
        return frozenset({Need.LOGPS, Need.REFERENCE}) if self.alpha else frozenset()

    def advantages(self, rollouts: Rollouts) -> Tensor:
        if not self.alpha:
            return rollouts.plain
        assert rollouts.logps is not None and rollouts.reference is not None
        change = rollouts.logps - rollouts.reference
        mean = sequence_mean(change, rollouts.mask)
        shift = mean if self.per_token else (change * rollouts.mask).sum(dim=1)
        wrong = rollouts.plain < 0
        over = wrong & (shift > 0)
        self.metrics["ace/overconfident"] = float(over.sum()) / max(1.0, float(wrong.sum()))
        return penalised(rollouts.plain, shift, self.alpha)
