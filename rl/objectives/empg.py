"""EMPG: the learning signal of a step follows the policy's certainty there (arXiv 2509.09265)."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor

from rl.objectives.interface import Need, Objective, Rollouts

_MARGIN = 1e-8


def step_means(values: Tensor, steps: Tensor) -> tuple[Tensor, Tensor]:
    """(S,) means of (B, T) values over each step's tokens, and (S, 2) the (completion, step) of each, in order.
    `steps`: (B, T) long, -1 for tokens of no step."""
    width = int(steps.max()) + 1 if steps.numel() else 0
    if width <= 0:
        return values.new_zeros(0), steps.new_zeros((0, 2))
    rows = torch.arange(steps.size(0), device=steps.device).unsqueeze(1)
    index = (rows * width + steps)[steps >= 0]
    sums = values.new_zeros(steps.size(0) * width).index_add_(0, index, values[steps >= 0])
    counts = torch.zeros_like(sums).index_add_(0, index, torch.ones_like(values[steps >= 0]))
    there = counts > 0
    places = there.nonzero().squeeze(1)
    return sums[there] / counts[there], torch.stack((places // width, places % width), dim=1)


def scaling(entropies: Tensor, k: float) -> Tensor:
    """(S,) g(H) = exp(-k · H') / mean exp(-k · H'), of mean 1; H' is H brought to 0..1 over the batch (eq. 10, 12)."""
    certain = torch.exp(-k * _scaled(entropies))
    return certain / certain.mean()


def clarity(entropies: Tensor, k: float) -> Tensor:
    """(S,) f(H) = exp(-k · H') (eq. 11)."""
    return torch.exp(-k * _scaled(entropies))


def _scaled(entropies: Tensor) -> Tensor:
    low, high = entropies.min(), entropies.max()
    return (entropies - low) / (high - low + _MARGIN)


def modulated(plain: Tensor, entropies: Tensor, steps: Tensor, k: float, k_future: float, zeta: float) -> Tensor:
    """(B, T) A_i · g(H_t) + ζ · f(H_{t+1}) on the tokens of step t, less its mean over the steps (eq. 8, 9); the plain
    advantage on tokens of no step. `entropies`: (B, T) nats of each token's distribution.

    The paper's mean is over the batch's steps; completions without a reward keep their 0 and are not in it.
    """
    means, places = step_means(entropies, steps)
    spread = plain.unsqueeze(1).repeat(1, steps.size(1))
    if not len(means):
        return spread
    g, f = scaling(means, k), clarity(means, k_future)
    value: dict[tuple[int, int], float] = {}
    where = [(int(row), int(step)) for row, step in places]
    later = {place: float(f[number]) for number, place in enumerate(where)}
    for number, (row, step) in enumerate(where):
        value[row, step] = float(plain[row] * g[number]) + zeta * later.get((row, step + 1), 0.0)
    live = [place for place in where if plain[place[0]] != 0.0]
    centre = sum(value[place] for place in live) / len(live) if live else 0.0
    for row, step in where:
        spread[row][steps[row] == step] = value[row, step] - centre if plain[row] != 0.0 else 0.0
    return spread


class Empg(Objective):
    """`k` and `zeta` 0 are neutral. `k`: how much certainty counts; `zeta`: the bonus for a clear next step, `k_future`
    how fast it fades with that step's entropy. Paper: k = k' = 1, ζ = 0.05 to 0.1."""

    name: ClassVar[str] = "empg"

    def __init__(self, k: float = 0.0, zeta: float = 0.0, k_future: float = 1.0) -> None:
        super().__init__()
        if min(k, zeta, k_future) < 0:
            raise ValueError("k, zeta and k_future must be at least 0")
        self.k, self.zeta, self.k_future = k, zeta, k_future

    @property
    def needs(self) -> frozenset[Need]:
        return frozenset({Need.ENTROPIES}) if self.k or self.zeta else frozenset()

    def advantages(self, rollouts: Rollouts) -> Tensor:
        if not (self.k or self.zeta):
            return rollouts.plain
        assert rollouts.entropies is not None
        return modulated(rollouts.plain, rollouts.entropies, rollouts.steps, self.k, self.k_future, self.zeta)
