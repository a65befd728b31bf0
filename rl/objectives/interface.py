"""What an objective may change about plain GRPO, and what it gets to see.

Plain GRPO (arXiv 2402.03300) is TRL's: advantages A_i = (r_i - mean of its group) / std of its group for whole
completions, a clipped ratio, and a normalisation by `loss_type`. An objective can

- reshape the advantages when rollouts have been scored (`advantages`), to (B,) or (B, T);
- weight tokens in the loss (`weights`): a weight of 0 takes the token's gradient away exactly;
- add a term to the loss (`extra`);
- choose how many rollouts each goal of a batch gets (`counts`).

The base class does none of it, and is plain GRPO. B: completions, T: tokens of the longest one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

import torch
from torch import Tensor

from rl.reward import Graded

STD_MARGIN = 1e-4
"""What TRL adds to a standard deviation that it divides by."""


class Need(StrEnum):
    """What an objective must be given beside rewards; each costs a forward pass without gradient."""

    LOGPS = "logps"
    ENTROPIES = "entropies"
    REFERENCE = "reference"


@dataclass(frozen=True)
class Rollouts:
    """Completions that were just scored, all rollouts of a group side by side.

    `rewards`: (B,) double, NaN for attempts without one. `groups`: (B,) long. `mask`: (B, T) bool, the tokens that the
    policy wrote. `plain`: (B,) plain GRPO's advantages, 0 for attempts without a reward. `graded`: what the judge said.
    `rows`: the data set's columns. `steps`: (B, T) long, the step that a token belongs to, -1 for none, counted from 0
    in each completion. `spans`: for each completion the characters of each token, where
    steps have some. `logps`, `entropies`, `reference`: (B, T) of the policy that drew them, only where needed;
    natural logarithms.
    """

    rewards: Tensor
    groups: Tensor
    mask: Tensor
    plain: Tensor
    graded: Sequence[Graded]
    rows: Sequence[Mapping[str, Any]]
    steps: Tensor
    spans: Sequence[Sequence[tuple[int, int]]] = ()
    logps: Tensor | None = None
    entropies: Tensor | None = None
    reference: Tensor | None = None

    @property
    def lengths(self) -> Tensor:
        """(B,) tokens of each completion."""
        return self.mask.sum(dim=1)


@dataclass
class Batch:
    """One micro-batch in the loss, rows in any order; everything as in `Rollouts`, for its rows only.

    `logps`: (B, T) of the present policy, with gradient. `old`: the same of the policy that drew them (equal to it,
    detached, where a batch is used once). `advantages`: (B,) or (B, T), those that the objective gave. `columns`: what
    the objective's `columns` gave. `iteration`: how often this batch was used before. `hidden`: a function to the last
    hidden states (B, T, H) at the positions that predict the completion's tokens, detached; `head`: the output
    embedding's weights (V, H). `step_size`: the learning rate.
    """

    logps: Tensor
    old: Tensor
    entropies: Tensor
    mask: Tensor
    advantages: Tensor
    groups: Tensor
    ids: Tensor
    reference: Tensor | None = None
    columns: Mapping[str, Tensor] = field(default_factory=dict)
    iteration: int = 0
    hidden: Tensor | None = None
    head: Tensor | None = None
    temperature: float = 1.0
    step_size: float = 0.0

    @property
    def spread(self) -> Tensor:
        """The advantages as (B, 1) or (B, T)."""
        return self.advantages.unsqueeze(1) if self.advantages.dim() == 1 else self.advantages


class Objective:
    """Plain GRPO. Subclasses override what they change; made without arguments they are neutral: equal loss and equal
    gradients, to the last bit."""

    name: ClassVar[str] = "grpo"

    def __init__(self) -> None:
        self.metrics: dict[str, float] = {}
        """What is worth logging about the last batch; the trainer reads it after every call."""

    @property
    def needs(self) -> frozenset[Need]:
        return frozenset()

    @property
    def sees_hidden(self) -> bool:
        """It wants `Batch.hidden` and `Batch.head`."""
        return False

    @property
    def wants_steps(self) -> bool:
        """It reads `Graded.steps`, which a judge finds only when it is told to."""
        return False

    @property
    def wants_closed(self) -> bool:
        """It reads `Graded.closed`, likewise."""
        return False

    def advantages(self, rollouts: Rollouts) -> Tensor:
        """(B,), or (B, T) where tokens of one completion differ."""
        return rollouts.plain

    def columns(self, rollouts: Rollouts) -> dict[str, Tensor]:
        """Tensors of length B that the loss needs again."""
        return {}

    def weights(self, batch: Batch) -> Tensor | None:
        """(B, T), at least 0, detached: what each token's policy gradient is multiplied by. None: all 1."""
        return None

    def extra(self, batch: Batch) -> Tensor | None:
        """A scalar that is added to the loss, a mean over the micro-batch. None: nothing."""
        return None

    def counts(self, odds: Sequence[float], slots: int) -> list[int] | None:
        """How many of a batch's `slots` rollouts each goal gets, given the chances of success. None: equally many."""
        return None

    def state(self) -> dict[str, Any]:
        """What must outlive a restart, as plain data."""
        return {}

    def load(self, state: Mapping[str, Any]) -> None:
        """Take up a `state`."""


def group_relative(rewards: Tensor, groups: Tensor, *, scale: bool = True) -> Tensor:
    """(B,) A_i = (r_i - mean) / (std + 1e-4) within each group, whatever the groups' sizes; std with Bessel's
    correction, as TRL's. Attempts without a reward (NaN) count in no mean and get 0, so does a group of one.

    `scale=False`: without the division (Dr. GRPO, arXiv 2503.20783).
    """
    result = torch.zeros_like(rewards)
    for group in torch.unique(groups):
        rows = (groups == group) & ~torch.isnan(rewards)
        values = rewards[rows]
        if len(values) < 2:
            continue
        advantages = values - values.mean()
        result[rows] = advantages / (values.std() + STD_MARGIN) if scale else advantages
    return result


def sequence_mean(values: Tensor, mask: Tensor) -> Tensor:
    """(B,) the mean of (B, T) values over each completion's tokens; 0 for an empty one."""
    kept = mask.to(values.dtype)
    return (values * kept).sum(dim=1) / kept.sum(dim=1).clamp(min=1.0)
