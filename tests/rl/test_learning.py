"""Plans make groups learn that never succeed without them, and what is learned is there without a plan (SAGE)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("trl")

import rl_toys
import torch

from rl.hints import PlanBook
from rl.learner import LearnerSettings
from rl.models import ModelConfig, load
from rl.sft import Pair, SftSettings, train_sft

pytestmark = pytest.mark.train

PROMPTS = ("n = n := by", "a + b = b + a := by")
PLANS = PlanBook({f"g{number}": "say omega" for number in range(2)})


def succeeds(prompts: Any, completions: list[str], **_: Any) -> list[float | None]:
    return [float(text.strip() == "omega") for text in completions]


def chance(model: Any, words: Any, prompt: str) -> float:
    """That the model writes exactly " omega"."""
    ids, reply = words(prompt)["input_ids"], [*words(" omega")["input_ids"], words.eos_token_id]
    with torch.no_grad():
        logits = model(input_ids=torch.tensor([ids + reply])).logits[0, len(ids) - 1 : -1]
    return float(torch.log_softmax(logits, -1).gather(1, torch.tensor(reply)[:, None]).sum().exp())


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that says " rfl", and with a plan " omega" every other time."""
    torch.set_num_threads(1)
    hinted = [PLANS.hinted(f"g{number}", prompt) for number, prompt in enumerate(PROMPTS)]
    pairs = [Pair(prompt, reply) for prompt in hinted for reply in (" omega", " rfl")]
    pairs += [Pair(prompt, " rfl") for prompt in PROMPTS * 2]
    settings = SftSettings(max_steps=110, batch=8, learning_rate=5e-3, vocabulary=300)
    return train_sft(pairs, tmp_path_factory.mktemp("sage") / "model", ModelConfig(context=128), settings).folder


@pytest.mark.parametrize("plans", [False, True], ids=["plain", "plans"])
def test_success_without_a_plan_rises_where_plans_were_shown(start: Path, tmp_path: Path, plans: bool) -> None:
    model, words = load(start)
    assert all(chance(model, words, prompt) < 0.01 for prompt in PROMPTS)
    trainer = rl_toys.trainer(
        words,
        tmp_path / "run",
        model=model,
        rewards=succeeds,
        rows=[{"prompt": prompt, "goal": f"g{number}"} for number, prompt in enumerate(PROMPTS)],
        max_steps=16,
        per_device_train_batch_size=16,
        num_generations=8,
        max_completion_length=8,
        learning_rate=3e-3,
        lr_scheduler_type="constant",
        settings=LearnerSettings(resamples=1, plans=PLANS) if plans else LearnerSettings(),
    )
    trainer.train()
    history = [line for line in trainer.state.log_history if "groups/dead" in line]
    after = [chance(model, words, prompt) for prompt in PROMPTS]
    if plans:
        assert min(after) > 0.5
        assert sum(line["groups/revived"] for line in history) >= 3
    else:
        assert max(after) < 0.01
        assert all(line["groups/dead"] == 1.0 for line in history)
