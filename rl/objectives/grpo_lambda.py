"""GRPO-λ: long proofs are punished only where most of a group succeeds (arXiv 2505.18086)."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor

from rl.objectives.interface import Objective, Rollouts, group_relative

_MARGIN = 1e-6


def shortened(rewards: Tensor, lengths: Tensor, groups: Tensor, penalty: float, least: float) -> tuple[Tensor, float]:
    """(B,) r · (1 - α · σ((l - mean l) / std l)) for the successes of groups whose success rate is at least `least`,
    with mean and std over the group's successes; all other rewards as they are. And the share of such groups.

    A success has the reward 1. α below 1 keeps every success above every failure, however long it is.
    """
    result, chosen, total = rewards.clone(), 0, 0
    for group in torch.unique(groups):
        rows = (groups == group) & ~torch.isnan(rewards)
        wins = rows & (rewards >= 1.0)
        total += 1
        if not wins.any() or float(wins.sum()) / float(rows.sum()) < least:
            continue
        chosen += 1
        own = lengths[wins].to(rewards.dtype)
        spread = own.std() if len(own) > 1 else own.new_zeros(())
        result[wins] = rewards[wins] * (1.0 - penalty * torch.sigmoid((own - own.mean()) / (spread + _MARGIN)))
    return result, chosen / max(1, total)


class GrpoLambda(Objective):
    """`penalty` (α) 0 is neutral; it must be below 1. `least`: the success rate at which a group switches to the
    penalty. The paper takes the best λ share of a batch's groups instead of a rate; a rate does not depend on what else
    is in the batch."""

    name: ClassVar[str] = "grpo_lambda"

    def __init__(self, penalty: float = 0.0, least: float = 0.75, *, scale: bool = True) -> None:
        super().__init__()
        if not 0 <= penalty < 1 or not 0 < least <= 1:
            raise ValueError(f"penalty {penalty}, least {least}")
        self.penalty, self.least, self.scale = penalty, least, scale

    def advantages(self, rollouts: Rollouts) -> Tensor:
        if not self.penalty:
            return rollouts.plain
        rewards, share = shortened(rollouts.rewards, rollouts.lengths, rollouts.groups, self.penalty, self.least)
        self.metrics["grpo_lambda/penalised_groups"] = share
        return group_relative(rewards, rollouts.groups, scale=self.scale).to(rollouts.plain.dtype)
