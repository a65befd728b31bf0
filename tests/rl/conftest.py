"""Tiny models for the learner's tests. Every module here is skipped where torch or TRL is missing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("HF_HUB_OFFLINE", "1")


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Small matrices: more threads only get into each other's way, and sums would depend on them."""
    torch = pytest.importorskip("torch")
    pytest.importorskip("trl")
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def words() -> Any:
    """A tokenizer with one token for every byte and a few pairs."""
    pytest.importorskip("torch")
    pytest.importorskip("transformers")
    from rl.models import train_tokenizer

    return train_tokenizer(["simp\nomega\nrfl\nexact h\n", "theorem t (n : Nat) : n = n := by"], 300)


@pytest.fixture
def model(words: Any) -> Any:
    from rl.models import ModelConfig, new_model

    return new_model(ModelConfig(context=256), words, seed=7)


@pytest.fixture
def make_trainer(words: Any, tmp_path: Path) -> Any:
    """Makes a trainer on four prompts, with a reward that is the share of a's in the completion."""
    import rl_toys

    return lambda **options: rl_toys.trainer(words, options.pop("folder", tmp_path / "run"), **options)
