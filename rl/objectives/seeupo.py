"""SeeUPO: the turns of a repair dialogue are updated one after the other, the last one first (arXiv 2602.06554)."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor

from rl.objectives.interface import Batch, Objective, Rollouts

TURNS = "turns"
"""The column of a row that lists, for each token of its completion, the turn that it was written in, from 0."""


def turn_weights(turns: Tensor, log_ratio: Tensor, current: Tensor, clip: float) -> Tensor:
    """(B, T) 1 on the tokens of each row's `current` turn (B,), times the ratio of its later turns, which were updated
    before; 0 elsewhere. `turns`: (B, T), -1 for no turn. `log_ratio`: (B, T) log π - log π_old.

    As in heterogeneous-agent mirror learning, the advantage of turn t is weighted by Π_{k>t} of the sequence-level
    ratios (geometric means over the turn's tokens, as GSPO's), each clipped to 1 ± `clip`.
    """
    own = turns == current.unsqueeze(1)
    factor = torch.ones_like(log_ratio[:, 0])
    for turn in range(int(turns.max()) + 1):
        there = (turns == turn).to(log_ratio.dtype)
        mean = (log_ratio * there).sum(dim=1) / there.sum(dim=1).clamp(min=1.0)
        ratio = torch.exp(mean).clamp(1.0 - clip, 1.0 + clip)
        later = (turn > current) & (there.sum(dim=1) > 0)
        factor = torch.where(later, factor * ratio, factor)
    return own.to(log_ratio.dtype) * factor.unsqueeze(1)


class SeeUpo(Objective):
    """`sequential=False` (the default) and completions of one turn are neutral. A batch must be used as often as there
    are turns (`num_iterations`): its k-th use updates the k-th turn from the end. Use it with sequence-level ratios
    (`importance_sampling_level="sequence"`), as the paper does."""

    name: ClassVar[str] = "seeupo"

    def __init__(self, *, sequential: bool = False, clip: float = 0.2) -> None:
        super().__init__()
        if not 0 < clip < 1:
            raise ValueError(f"clip must be between 0 and 1, not {clip}")
        self.sequential, self.clip = sequential, clip

    def columns(self, rollouts: Rollouts) -> dict[str, Tensor]:
        if not self.sequential:
            return {}
        turns = torch.full(rollouts.mask.shape, -1, device=rollouts.groups.device)
        for number, row in enumerate(rollouts.rows):
            listed = list(row.get(TURNS) or [0] * int(rollouts.lengths[number]))
            turns[number, : len(listed)] = torch.tensor(listed, device=turns.device)
        return {TURNS: turns}

    def weights(self, batch: Batch) -> Tensor | None:
        turns = batch.columns.get(TURNS)
        if turns is None or int(turns.max()) < 1:
            return None
        last = turns.max(dim=1).values
        current = last - batch.iteration % (last + 1).clamp(min=1)
        return turn_weights(turns, (batch.logps - batch.old).detach(), current, self.clip)
