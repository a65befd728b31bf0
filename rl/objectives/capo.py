"""CAPO: tokens whose own update looks too curved are masked out (arXiv 2510.00819)."""

from __future__ import annotations

import math
from typing import ClassVar

import torch
from torch import Tensor

from rl.objectives.interface import Batch, Objective


def curvature(hidden: Tensor, head: Tensor, ids: Tensor, advantages: Tensor, step: float) -> tuple[Tensor, Tensor]:
    """For each of N tokens how its own gradient step of size η on the output layer W would change things, to second
    order: (m_H, m_F), each (N,), m_H the change of its objective A · ratio, m_F the KL divergence of its distribution.

    The step is Δ = η · A · (e_a - p) ⊗ h. With g = e_a - p, D = diag(p) - p pᵀ:

        m_H = η A² |g|² |h|² + ½ η² A³ |h|⁴ (|g|⁴ - gᵀ D g)        m_F = ½ η² A² |h|⁴ gᵀ D g

    `hidden`: (N, H), `head`: (V, H), `ids`: (N,), `advantages`: (N,). The paper's model is of the last layer too; it
    looks at subsets of tokens under the optimiser's step, here each token stands for itself and the step is SGD's.
    """
    logits = hidden.float() @ head.float().T
    p = torch.softmax(logits, dim=-1)
    own = p.gather(1, ids.unsqueeze(1)).squeeze(1)
    square, cube = (p**2).sum(dim=1), (p**3).sum(dim=1)
    norm = 1.0 - 2.0 * own + square
    mean = own - square
    spread = own * (1.0 - own) ** 2 + cube - own**3 - mean**2
    size = hidden.float().pow(2).sum(dim=1)
    gain = step * advantages**2 * norm * size
    bend = 0.5 * step**2 * size**2
    return gain + bend * advantages**3 * (norm**2 - spread), bend * advantages**2 * spread


def kept(gain: Tensor, divergence: Tensor, least_gain: float, most_divergence: float) -> Tensor:
    """(N,) bool: tokens whose step is foretold to bring at least `least_gain` and to move at most `most_divergence`."""
    return (gain >= least_gain) & (divergence <= most_divergence)


class Capo(Objective):
    """`most_divergence` ∞ with `least_gain` -∞ is neutral. `most_divergence`: nats by which one token's step may move
    its distribution. `step`: η; None: the learning rate times `scale`, which stands for what the optimiser and the
    layers below make of it. Masked tokens have no gradient; the share of them is logged."""

    name: ClassVar[str] = "capo"

    def __init__(
        self,
        most_divergence: float = math.inf,
        least_gain: float = -math.inf,
        *,
        step: float | None = None,
        scale: float = 1.0,
    ) -> None:
        super().__init__()
        if most_divergence < 0 or scale <= 0 or (step is not None and step <= 0):
            raise ValueError("most_divergence must be at least 0, step and scale above 0")
        self.most_divergence, self.least_gain, self.step, self.scale = most_divergence, least_gain, step, scale

    @property
    def sees_hidden(self) -> bool:
        return math.isfinite(self.most_divergence) or math.isfinite(self.least_gain)

    def weights(self, batch: Batch) -> Tensor | None:
        if not self.sees_hidden:
            return None
        assert batch.hidden is not None and batch.head is not None
        mask = batch.mask.bool()
        advantages = batch.spread.expand(mask.shape)[mask].float()
        size = self.step if self.step is not None else batch.step_size * self.scale
        with torch.no_grad():
            hidden = batch.hidden[mask] / batch.temperature
            gain, divergence = curvature(hidden, batch.head, batch.ids[mask], advantages, size)
            keep = kept(gain, divergence, self.least_gain, self.most_divergence) | (advantages == 0)
            weights = torch.ones_like(batch.logps)
            weights[mask] = keep.to(weights.dtype)
        self.metrics["capo/masked"] = 1.0 - float(keep.float().mean()) if len(keep) else 0.0
        return weights
