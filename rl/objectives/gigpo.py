"""GiGPO: attempts are compared as wholes, and tactics with tactics taken at the same goal (arXiv 2505.10978)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import ClassVar

import torch
from torch import Tensor

from rl.objectives.interface import STD_MARGIN, Objective, Rollouts


def step_returns(reward: float, steps: int, gamma: float) -> list[float]:
    """The discounted return R_t = γ^(K-1-t) · r of each of K steps, for a reward at the end."""
    return [reward * gamma ** (steps - 1 - number) for number in range(steps)]


def step_advantages(
    returns: Sequence[Sequence[float]], goals: Sequence[Sequence[str]], groups: Sequence[int], *, scale: bool = True
) -> list[list[float]]:
    """For each attempt the advantages of its steps: (R - mean) / std over all steps of the attempts of its group that
    were taken at the same goal; 0 for a step that is alone at its goal. `goals`: canonical goal keys, the anchors.

    NaN returns (attempts without a reward) count in no mean and get 0. `scale=False`: without the division.
    """
    anchors: dict[tuple[int, str], list[tuple[int, int]]] = defaultdict(list)
    for row, keys in enumerate(goals):
        for step, key in enumerate(keys):
            if returns[row][step] == returns[row][step]:
                anchors[groups[row], key].append((row, step))
    result = [[0.0] * len(keys) for keys in goals]
    for places in anchors.values():
        if len(places) < 2:
            continue
        values = torch.tensor([returns[row][step] for row, step in places], dtype=torch.float64)
        advantages = values - values.mean()
        if scale:
            advantages = advantages / (values.std() + STD_MARGIN)
        for (row, step), advantage in zip(places, advantages.tolist(), strict=True):
            result[row][step] = advantage
    return result


class GiGpo(Objective):
    """A = A_E + ω · A_S: the plain advantage, and that of the step that a token belongs to. `omega` 0 is neutral, and
    so is any batch in which no goal comes up twice. No rollouts are added: anchors are found in those that there are.

    Steps come from the judge (`Graded.steps`: goal keys and characters); `Rollouts.spans` says which characters each
    token has. `gamma`: discount for each step that follows.
    """

    name: ClassVar[str] = "gigpo"

    def __init__(self, omega: float = 0.0, gamma: float = 0.95, *, scale: bool = True) -> None:
        super().__init__()
        if omega < 0 or not 0 < gamma <= 1:
            raise ValueError(f"omega {omega}, gamma {gamma}")
        self.omega, self.gamma, self.scale = omega, gamma, scale

    @property
    def wants_steps(self) -> bool:
        return self.omega > 0

    def advantages(self, rollouts: Rollouts) -> Tensor:
        if not self.omega:
            return rollouts.plain
        goals = [[step.goal for step in graded.steps] for graded in rollouts.graded]
        rewards = rollouts.rewards.tolist()
        returns = [step_returns(r, len(keys), self.gamma) for r, keys in zip(rewards, goals, strict=True)]
        found = step_advantages(returns, goals, rollouts.groups.tolist(), scale=self.scale)
        shared = sum(any(row) for row in found)
        self.metrics["gigpo/anchored"] = shared / max(1, len(found))
        if not shared:
            return rollouts.plain
        spread = rollouts.plain.unsqueeze(1).repeat(1, rollouts.mask.size(1))
        for row, graded in enumerate(rollouts.graded):
            for token, (start, end) in enumerate(rollouts.spans[row]):
                for number, step in enumerate(graded.steps):
                    if start < step.end and end > step.start:
                        spread[row, token] += self.omega * found[row][number]
                        break
        return spread
