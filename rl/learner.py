"""What the trainer is told, and what it keeps beside TRL's own state."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from trl import GRPOConfig
from trl.trainer.utils import RepeatSampler

from rl.hints import NO_PLANS, PlanBook
from rl.models import checkpointing
from rl.replay import WEIGHT
from rl.reward import Graded
from rl.rollouts import Knapsack

STATE = "learner_state_{rank}.pt"
VERSION = "version"
"""The column (from a `rollout_func`) that says by which update's weights a completion was drawn."""


@dataclass(frozen=True)
class LearnerSettings:
    """What the trainer does beside TRL's own arguments. Neutral: no replay buffer, and the defaults.

    `replay_weight`: λ of the replayed completions' likelihood; `replay_rows`: how many of them for each micro-batch.
    `resamples`: how often the dead groups of a batch are drawn again, those that are solved excepted. `plans`: shown to
    groups that failed when they are drawn again, and kept out of every evaluation. `knapsack`: rollouts by odds.
    `restarts`: attempts that failed at a later step are drawn again from there on (R3L; needs that objective).
    `most_stale`: by how many updates a stored completion may be older than the policy that learns from it.
    """

    replay_weight: float = WEIGHT
    replay_rows: int = 4
    resamples: int = 0
    plans: PlanBook = NO_PLANS
    knapsack: Knapsack | None = None
    restarts: bool = False
    most_stale: int | None = None


def training_arguments(folder: Path, **options: Any) -> GRPOConfig:
    """TRL's arguments with what this house wants unless told otherwise: plain GRPO with a token-level ratio (`grpo`,
    where TRL's own default is DAPO), no remote reports, every step logged, CPU where there is no GPU."""
    on_cpu = not torch.cuda.is_available()
    chosen: dict[str, Any] = {
        "loss_type": "grpo",
        "report_to": "none",
        "logging_steps": 1,
        "use_cpu": on_cpu,
        "bf16": not on_cpu,
        checkpointing(GRPOConfig): not on_cpu,
        "disable_tqdm": True,
        **options,
    }
    return GRPOConfig(str(folder), **chosen)


@dataclass
class Sample:
    """What a generation batch is made of beside its tensors; rows of a group are side by side."""

    rows: list[dict[str, Any]]
    sizes: list[int]
    rewards: list[float | None] = field(default_factory=list)
    graded: list[Graded] = field(default_factory=list)

    @property
    def groups(self) -> list[int]:
        return [number for number, size in enumerate(self.sizes) for _ in range(size)]


class Recorder:
    """A reward function that remembers what it returned, since TRL goes on with single precision."""

    def __init__(self, function: Callable[..., Sequence[float | None]]) -> None:
        if not callable(function) or isinstance(function, torch.nn.Module):
            raise TypeError("a reward function must be a plain callable; reward models are none here")
        self.function, self.values = function, list[float | None]()
        self.__name__ = getattr(function, "__name__", type(function).__name__)

    def __call__(self, **given: Any) -> list[float | None]:
        self.values = list(self.function(**given))
        return self.values


class EpochSampler(RepeatSampler):
    """TRL's sampler with an order that depends on the epoch's number, not on how many epochs this process has seen: a
    run that is taken up in its second epoch goes on in the second epoch's order."""

    def set_epoch(self, epoch: int) -> None:
        if self.shuffle:
            self.generator.manual_seed((self.seed or 0) + epoch)


def latest_checkpoint(folder: Path, processes: int = 1) -> Path | None:
    """The newest checkpoint that is whole: one that was being written when a process died lacks the learner's state of
    some process, which is written last."""
    found = [
        path
        for path in folder.glob("checkpoint-*")
        if all((path / STATE.format(rank=rank)).is_file() for rank in range(processes))
    ]
    return max(found, key=lambda path: int(path.name.rpartition("-")[2]), default=None)


def total(values: Sequence[float | None], weights: Sequence[float]) -> float | None:
    """Σ of the rewards that there are; None when there is none. One of weight 1 keeps its bits."""
    known = [value * weight for value, weight in zip(values, weights, strict=True) if value is not None]
    return math.fsum(known) if known else None


def goal_of(row: Mapping[str, Any]) -> str:
    return str(row.get("goal") or row["prompt"])


def firsts(sample: Sample) -> list[dict[str, Any]]:
    starts = [sum(sample.sizes[:number]) for number in range(len(sample.sizes))]
    return [sample.rows[start] for start in starts]
