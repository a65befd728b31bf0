"""Supervised fine-tuning on verified completions, through TRL's SFTTrainer: from nothing, or from a checkpoint."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lean_project.errors import UserError
from rl.models import ModelConfig, checkpointing, dataset, load, new_model, quiet, save_trained, train_tokenizer


@dataclass(frozen=True, slots=True)
class Pair:
    """A prompt and the completion to be learned. The loss is of the completion's tokens alone."""

    prompt: str
    completion: str


@dataclass(frozen=True, slots=True)
class SftSettings:
    """`vocabulary`: of a tokenizer that is trained on the pairs, where there is none yet. `options`: any of TRL's
    `SFTConfig` besides."""

    epochs: float = 3.0
    max_steps: int = -1
    batch: int = 8
    learning_rate: float = 1e-3
    vocabulary: int = 2000
    seed: int = 0
    options: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class SftResult:
    """`losses`: of every optimiser step, in order. `folder`: the checkpoint."""

    folder: Path
    losses: tuple[float, ...]


def train_sft(
    pairs: Sequence[Pair],
    folder: Path,
    start: Path | ModelConfig = ModelConfig(),  # noqa: B008 (frozen)
    settings: SftSettings = SftSettings(),
    *,
    texts: Iterable[str] = (),
    callbacks: Sequence[Any] = (),
) -> SftResult:
    """Train on the pairs and write the checkpoint to `folder`.

    `start`: a checkpoint folder, or the shape of a model to begin with random weights, with a tokenizer learned from
    the pairs and `texts`. Deterministic for a seed on one CPU. Raises UserError without pairs, or when a pair does not
    fit the model's context (a completion that is cut off would teach to stop early). `callbacks`: transformers' own.
    """
    if not pairs:
        raise UserError("There is nothing to learn from: the data set has no pair of prompt and completion.")
    if isinstance(start, ModelConfig):
        corpus = [*texts, *(pair.prompt + pair.completion for pair in pairs)]
        tokenizer = train_tokenizer(corpus, settings.vocabulary)
        model = new_model(start, tokenizer, seed=settings.seed)
    else:
        model, tokenizer = load(start)
    from trl import SFTTrainer

    context = model.config.max_position_embeddings
    longest = max(len(tokenizer(pair.prompt + pair.completion)["input_ids"]) for pair in pairs) + 1
    if longest > context:
        raise UserError(f"A pair has {longest} tokens and the model's context is {context}. Leave such pairs out.")
    rows = [{"prompt": pair.prompt, "completion": pair.completion} for pair in pairs]
    trainer = SFTTrainer(
        model,
        _arguments(folder / "training", settings, longest),
        train_dataset=dataset(rows),
        processing_class=tokenizer,
        callbacks=list(callbacks),
    )
    quiet(trainer)
    trainer.train()
    losses = tuple(entry["loss"] for entry in trainer.state.log_history if "loss" in entry)
    return SftResult(save_trained(trainer, tokenizer, folder), losses)


def _arguments(folder: Path, settings: SftSettings, longest: int) -> Any:
    import torch
    from trl import SFTConfig

    on_cpu = not torch.cuda.is_available()
    chosen: dict[str, Any] = {
        "num_train_epochs": settings.epochs,
        "max_steps": settings.max_steps,
        "per_device_train_batch_size": settings.batch,
        "learning_rate": settings.learning_rate,
        "seed": settings.seed,
        "max_length": longest,
        "completion_only_loss": True,
        "logging_steps": 1,
        "save_strategy": "no",
        "report_to": "none",
        "use_cpu": on_cpu,
        "bf16": not on_cpu,
        checkpointing(SFTConfig): not on_cpu,
        "disable_tqdm": True,
        **dict(settings.options),
    }
    return SFTConfig(str(folder), **chosen)
