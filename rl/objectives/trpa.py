"""TRPA: verdicts as preferences in a trust region (arXiv 2504.04524)."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

from rl.objectives.interface import Batch, Objective, Rollouts, sequence_mean


def tier_pairs(tiers: Tensor, groups: Tensor) -> Tensor:
    """(P, 2) rows (better, worse) of every pair of one group that lies in different tiers; -1 is no tier."""
    better = tiers.unsqueeze(1) > tiers.unsqueeze(0)
    known = (tiers >= 0).unsqueeze(1) & (tiers >= 0).unsqueeze(0)
    same = groups.unsqueeze(1) == groups.unsqueeze(0)
    return (better & known & same).nonzero()


def preference_loss(change: Tensor, pairs: Tensor, beta: float, top: Tensor, anisotropy: float = 1.0) -> Tensor:
    """- mean over pairs of log σ(β_w · h_w - β · h_l), h the change of a completion's log-probability against the
    anchor; β_w = β · `anisotropy` for winners in the top tier (`top`, (B,) bool), which the paper weights higher
    (2.5 there). 0 without pairs. `change`: (B,)."""
    if not len(pairs):
        return change.sum() * 0.0
    won, lost = change[pairs[:, 0]], change[pairs[:, 1]]
    scale = torch.where(top[pairs[:, 0]], anisotropy, 1.0).to(change.dtype)
    return -logsigmoid(beta * (scale * won - lost)).mean()


def divergence(logps: Tensor, anchor: Tensor, mask: Tensor) -> Tensor:
    """A scalar: mean over tokens of e^(a-l) - (a-l) - 1, Schulman's estimate of KL(π ‖ anchor), never below 0."""
    gap = anchor - logps
    kept = mask.to(logps.dtype)
    return ((torch.exp(gap) - gap - 1.0) * kept).sum() / kept.sum().clamp(min=1.0)


class Trpa(Objective):
    """Adds weight · (preference loss + trust · KL) to the loss. `weight` 0 is neutral. `policy`: what is left of the
    policy gradient itself; 0 with `weight` 1 is TRPA alone. `beta`: sharpness of the preference. `trust`: weight of the
    divergence from the policy that drew the rollouts. Completions' log-probabilities are means over tokens, as in the
    authors' code. Tiers are `rl.reward.Tier`; pairs are those that share a micro-batch."""

    name: ClassVar[str] = "trpa"

    def __init__(
        self,
        weight: float = 0.0,
        *,
        policy: float = 1.0,
        beta: float = 1.0,
        trust: float = 0.1,
        anisotropy: float = 1.0,
    ) -> None:
        super().__init__()
        if min(weight, policy, trust) < 0 or beta <= 0 or anisotropy <= 0:
            raise ValueError("weight, policy and trust must be at least 0, beta and anisotropy above 0")
        self.weight, self.policy, self.beta, self.trust, self.anisotropy = weight, policy, beta, trust, anisotropy

    def columns(self, rollouts: Rollouts) -> dict[str, Tensor]:
        tiers = [-1 if graded.tier is None else int(graded.tier) for graded in rollouts.graded]
        return {"tiers": torch.tensor(tiers, device=rollouts.groups.device)} if self.weight else {}

    def weights(self, batch: Batch) -> Tensor | None:
        return None if self.policy == 1.0 else torch.full_like(batch.logps.detach(), self.policy)

    def extra(self, batch: Batch) -> Tensor | None:
        if not self.weight:
            return None
        tiers = batch.columns["tiers"]
        pairs = tier_pairs(tiers, batch.groups)
        change = sequence_mean(batch.logps - batch.old, batch.mask)
        preferred = preference_loss(change, pairs, self.beta, tiers == 3, self.anisotropy)
        apart = divergence(batch.logps, batch.old, batch.mask)
        self.metrics["trpa/pairs"] = float(len(pairs))
        self.metrics["trpa/kl"] = float(apart.detach())
        return self.weight * (preferred + self.trust * apart)
