"""Preference training (DPO) from search trees: of two attempts at one goal, the better one is to become likelier.

After Xie et al., MCTS with iterative DPO (arXiv 2405.00451): siblings whose backed-up values clearly differ become
pairs. The loss is TRL's DPO (Rafailov et al., arXiv 2305.18290).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lean_project.errors import UserError
from rl.models import checkpointing, dataset, load, quiet, save


@dataclass(frozen=True, slots=True)
class Candidate:
    """An attempt at a goal. `goal`: the parent's strict goal key. `value`: backed-up chance of a proof, or the score.
    `update`: by which update's weights it was drawn."""

    goal: str
    prompt: str
    completion: str
    value: float
    update: int = 0


@dataclass(frozen=True, slots=True)
class Preference:
    """`chosen` was worth at least the margin more than `rejected`, at the same goal and for the same prompt."""

    goal: str
    prompt: str
    chosen: str
    rejected: str
    margin: float


@dataclass(frozen=True, slots=True)
class Mined:
    """`stale`: candidates that were refused for their age."""

    preferences: tuple[Preference, ...]
    stale: int


def mine(
    candidates: Iterable[Candidate], *, margin: float = 0.2, now: int = 0, most_stale: int = 1, each: int = 4
) -> Mined:
    """The pairs of candidates that share goal and prompt and differ in value by at least `margin`, the widest first, at
    most `each` of a goal and each completion once on either side.

    Candidates that are more than `most_stale` updates older than `now` are refused: what the present policy would not
    write any more teaches it nothing about its own choices. Raises ValueError unless `margin` is above 0.
    """
    if margin <= 0:
        raise ValueError(f"the margin must be above 0, not {margin}")
    places: dict[tuple[str, str], dict[str, Candidate]] = defaultdict(dict)
    stale = 0
    for candidate in candidates:
        if now - candidate.update > most_stale:
            stale += 1
            continue
        known = places[candidate.goal, candidate.prompt].setdefault(candidate.completion, candidate)
        if known.value < candidate.value:
            places[candidate.goal, candidate.prompt][candidate.completion] = candidate
    found: list[Preference] = []
    taken: dict[str, int] = defaultdict(int)
    for (goal, prompt), by_text in places.items():
        ranked = sorted(by_text.values(), key=lambda c: (-c.value, c.completion))
        for better, worse in zip(ranked, reversed(ranked), strict=True):
            apart = better.value - worse.value
            if apart < margin or taken[goal] >= each:
                break
            taken[goal] += 1
            found.append(Preference(goal, prompt, better.completion, worse.completion, apart))
    return Mined(tuple(found), stale)


@dataclass(frozen=True, slots=True)
class DpoSettings:
    """`beta`: how strongly the policy is held to the one it starts from. `options`: more of TRL's `DPOConfig`."""

    beta: float = 0.1
    epochs: float = 1.0
    max_steps: int = -1
    batch: int = 8
    learning_rate: float = 1e-4
    seed: int = 0
    options: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class DpoResult:
    """`losses` and `margins` of every optimiser step, in order; a margin is the implicit reward of the chosen less that
    of the rejected."""

    folder: Path
    losses: tuple[float, ...]
    margins: tuple[float, ...]


def train_dpo(
    preferences: Sequence[Preference],
    start: Path,
    folder: Path,
    settings: DpoSettings = DpoSettings(),
) -> DpoResult:
    """Train the checkpoint `start` on the pairs and write the result to `folder`. Raises UserError without pairs."""
    if not preferences:
        raise UserError("There are no preference pairs: no two attempts at one goal differ by the margin.")
    model, tokenizer = load(start)
    import torch
    from trl import DPOConfig, DPOTrainer

    on_cpu = not torch.cuda.is_available()
    chosen: dict[str, Any] = {
        "beta": settings.beta,
        "num_train_epochs": settings.epochs,
        "max_steps": settings.max_steps,
        "per_device_train_batch_size": settings.batch,
        "learning_rate": settings.learning_rate,
        "seed": settings.seed,
        "max_length": model.config.max_position_embeddings,
        "logging_steps": 1,
        "save_strategy": "no",
        "report_to": "none",
        "use_cpu": on_cpu,
        "bf16": not on_cpu,
        checkpointing(DPOConfig): not on_cpu,
        "disable_tqdm": True,
        **dict(settings.options),
    }
    rows = [{"prompt": each.prompt, "chosen": each.chosen, "rejected": each.rejected} for each in preferences]
    trainer = DPOTrainer(
        model,
        ref_model=deepcopy(model),
        args=DPOConfig(str(folder / "training"), **chosen),
        train_dataset=dataset(rows),
        processing_class=tokenizer,
    )
    quiet(trainer)
    trainer.train()
    history = [entry for entry in trainer.state.log_history if "loss" in entry]
    losses = tuple(entry["loss"] for entry in history)
    margins = tuple(entry["rewards/margins"] for entry in history)
    return DpoResult(save(model, tokenizer, folder), losses, margins)
