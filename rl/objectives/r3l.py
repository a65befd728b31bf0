"""R3L: restarts from the failing step are credited for what is new, and successes count more (arXiv 2601.03715)."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor

from rl.objectives.interface import Batch, Objective, Rollouts

KEPT = "kept"
"""The column that says how many tokens of a completion were kept from the failed attempt before it."""


def suffix_mask(kept: Tensor, width: int) -> Tensor:
    """(B, width) 1 on the tokens after the first `kept` (B,), 0 on those."""
    places = torch.arange(width, device=kept.device).unsqueeze(0)
    return (places >= kept.unsqueeze(1)).to(torch.float32)


class R3l(Objective):
    """Without restarts, and with `amplify` 1, it is neutral. The gradient on a kept prefix is exactly 0. `amplify`:
    what positive advantages are multiplied by, 1 or more."""

    name: ClassVar[str] = "r3l"

    def __init__(self, amplify: float = 1.0) -> None:
        super().__init__()
        if amplify < 1:
            raise ValueError(f"amplify must be 1 or more, not {amplify}")
        self.amplify = amplify

    def advantages(self, rollouts: Rollouts) -> Tensor:
        if self.amplify == 1.0:
            return rollouts.plain
        return torch.where(rollouts.plain > 0, rollouts.plain * self.amplify, rollouts.plain)

    def columns(self, rollouts: Rollouts) -> dict[str, Tensor]:
        kept = [int(row.get(KEPT) or 0) for row in rollouts.rows]
        return {KEPT: torch.tensor(kept, device=rollouts.groups.device)} if any(kept) else {}

    def weights(self, batch: Batch) -> Tensor | None:
        kept = batch.columns.get(KEPT)
        return None if kept is None else suffix_mask(kept, batch.logps.size(1))
