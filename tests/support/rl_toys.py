"""A tiny learner: four prompts, completions of a few bytes, rewards that can be foretold. Needs torch and TRL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

PROMPTS = ("n = n := by", "a + b = b + a := by", "xs ++ [] = xs := by", "p -> p := by")


def share_of_vowels(prompts: Any, completions: list[str], **_: Any) -> list[float | None]:
    """The share of letters that are vowels, in sixteenths; exact in single precision."""
    return [round(16 * sum(c in "aeiou" for c in text) / max(1, len(text))) / 16 for text in completions]


def trainer(words: Any, folder: Path, *, rewards: Any = share_of_vowels, model: Any = None, **options: Any) -> Any:
    """A `PolicyTrainer`; options with TRL's names go to its arguments."""
    from datasets import Dataset

    from rl.learner import training_arguments
    from rl.models import ModelConfig, new_model
    from rl.trainer import PolicyTrainer

    own = {"objective", "settings", "replay", "reference", "eval_dataset", "callbacks", "rollout_func", "optimizers"}
    given = {name: options.pop(name) for name in own & options.keys()}
    rows = options.pop("rows", [{"prompt": text, "goal": f"g{n}"} for n, text in enumerate(PROMPTS)])
    arguments = {
        "max_steps": 2,
        "per_device_train_batch_size": 8,
        "num_generations": 4,
        "max_completion_length": 12,
        "learning_rate": 1e-3,
        "save_strategy": "no",
        **options,
    }
    return PolicyTrainer(
        model or new_model(ModelConfig(context=256), words, seed=7),
        rewards,
        training_arguments(folder, **arguments),
        train_dataset=Dataset.from_list(rows),
        processing_class=words,
        **given,
    )
