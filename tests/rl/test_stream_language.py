"""A stream over real engines: a checkpoint that samples, a judge, and `PolicyTrainer` as the learner."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("trl")

import rl_toys  # noqa: E402

from rl.learner import LearnerSettings  # noqa: E402
from rl.models import ModelConfig, load, new_model, save  # noqa: E402
from rl.reward import Graded  # noqa: E402
from rl.stream.language import (  # noqa: E402
    CheckpointGenerator,
    Epochs,
    LeanGrader,
    TrainerLearner,
    rows_in_order,
    saving,
    weights_of,
)
from rl.stream.pipeline import Stream, StreamSettings  # noqa: E402
from rl.stream.store import RowStore, State  # noqa: E402

ROWS = [
    {"prompt": text, "task": f"t{number}", "role": "complete", "goal": f"g{number}"}
    for number, text in enumerate(rl_toys.PROMPTS)
]
UPDATES, ROLLOUTS, EACH = 3, 4, 2


class CrashError(Exception):
    pass


@dataclass
class Vowels:
    """A judge: the share of vowels. Attempts at task t1 are lost. crash: the call that fails."""

    crash: int = 0
    calls: int = 0
    seen: list[str] = field(default_factory=list)

    def grade(self, items: Sequence[Any]) -> list[Graded]:
        self.calls += 1
        if self.calls == self.crash:
            raise CrashError
        self.seen += [each.text for each in items]
        rewards = rl_toys.share_of_vowels(None, [each.text for each in items])
        return [Graded(None if each.task == "t1" else r) for each, r in zip(items, rewards, strict=True)]


@pytest.fixture
def start(words: Any, tmp_path: Path) -> Path:
    return save(new_model(ModelConfig(context=256), words, seed=7), words, tmp_path / "start")


def run(start: Path, folder: Path, judge: Vowels, staleness: int, words: Any) -> Any:
    prompter = Epochs(ROWS, EACH, seed=3)
    settings = StreamSettings(UPDATES, ROLLOUTS, staleness, patience=120.0, seed=5)

    def make(rollout: Any, reward: Any) -> Any:
        return rl_toys.trainer(
            words,
            folder,
            rewards=reward,
            model=load(start)[0],
            rows=rows_in_order(prompter, UPDATES),
            rollout_func=rollout,
            settings=LearnerSettings(most_stale=staleness),
            max_steps=UPDATES,
            **saving(staleness),
        )

    learner = TrainerLearner(make, folder, patience=120.0)
    generator = CheckpointGenerator(weights_of(start, folder), tokens=12)
    try:
        with RowStore(folder / "rollouts.db") as store:
            Stream(store, prompter, generator, LeanGrader(judge), learner, settings).run()
            rows = store.rows(State.TRAINED)
        return learner.finish(), rows
    finally:
        learner.close()


def weights(trainer: Any) -> dict[str, Any]:
    return {name: value.clone() for name, value in trainer.model.state_dict().items()}


def same(first: dict[str, Any], second: dict[str, Any]) -> bool:
    return all(torch.equal(first[name], second[name]) for name in first)


@pytest.mark.parametrize("staleness", [0, 1])
def test_all_updates_are_made_and_runs_repeat(start: Path, tmp_path: Path, words: Any, staleness: int) -> None:
    first, rows = run(start, tmp_path / "a", Vowels(), staleness, words)
    second, again = run(start, tmp_path / "b", Vowels(), staleness, words)
    assert first.state.global_step == UPDATES and rows == again
    assert [row.version for row in rows] == [max(0, row.batch - staleness) for row in rows]
    assert same(weights(first), weights(second))
    assert not same(weights(first), load(start)[0].state_dict())


def test_rewards_of_the_update_are_those_of_the_rows_and_lost_attempts_have_none(
    start: Path, tmp_path: Path, words: Any
) -> None:
    trainer, rows = run(start, tmp_path / "run", Vowels(), 1, words)
    lines = [json.loads(line) for line in (tmp_path / "run" / "trajectory.jsonl").read_text().splitlines()]
    told = [value for line in lines if "rewards" in line for value in line["rewards"]]
    assert told == [row.reward for row in rows]
    assert any(row.lost for row in rows) and all((row.reward is None) == row.lost for row in rows)
    assert trainer.state.global_step == UPDATES


def test_weights_that_drew_a_batch_are_the_ones_it_names(start: Path, tmp_path: Path, words: Any) -> None:
    """The first update of a lock-step run is on-policy: stored log-probabilities are the trainer's own."""
    trainer, rows = run(start, tmp_path / "run", Vowels(), 0, words)
    history = [entry for entry in trainer.state.log_history if "clip_ratio/region_mean" in entry]
    assert history and all(entry["clip_ratio/region_mean"] == 0 for entry in history)
    assert rows[0].payload["logprobs"] != rows[-1].payload["logprobs"]


@pytest.mark.parametrize("crash", [1, 9, 17])
def test_after_a_crash_the_run_goes_on_as_if_there_had_been_none(
    start: Path, tmp_path: Path, words: Any, crash: int
) -> None:
    whole, rows = run(start, tmp_path / "whole", Vowels(), 1, words)
    with pytest.raises(CrashError):
        run(start, tmp_path / "run", Vowels(crash=crash), 1, words)
    resumed, again = run(start, tmp_path / "run", Vowels(), 1, words)
    assert again == rows
    assert same(weights(whole), weights(resumed))


def test_an_error_of_the_trainer_ends_the_run(start: Path, tmp_path: Path, words: Any) -> None:
    class Broken:
        def add_callback(self, callback: Any) -> None: ...

        def train(self, **_: Any) -> None:
            raise CrashError("no training")

    learner = TrainerLearner(lambda *_: Broken(), tmp_path / "run", patience=60.0)
    generator = CheckpointGenerator(weights_of(start, tmp_path / "run"), tokens=4)
    chosen = StreamSettings(1, 2, patience=60.0)
    with RowStore(tmp_path / "rows.db") as store, pytest.raises(CrashError, match="no training"):
        Stream(store, Epochs(ROWS, 1), generator, LeanGrader(Vowels()), learner, chosen).run()
    learner.close()


def test_every_row_comes_once_in_an_epoch() -> None:
    prompter = Epochs(ROWS, 2, seed=1)
    keys = [prompt.key for batch in range(4) for prompt in prompter.prompts(batch)]
    assert sorted(keys[:4]) == sorted(keys[4:]) == ["g0", "g1", "g2", "g3"]
    assert prompter.prompts(1) == prompter.prompts(1)


def test_equal_attempts_are_judged_once_and_lost_ones_again() -> None:
    judge = Vowels()
    grader, prompter = LeanGrader(judge), Epochs(ROWS, 4)
    prompts = {prompt.key: prompt for prompt in prompter.prompts(0)}
    payload = {"text": "aei", "finish": "stop"}
    assert [grader.grade(prompts["g0"], payload) for _ in range(3)] == [1.0, 1.0, 1.0]
    assert [grader.grade(prompts["g1"], payload) for _ in range(2)] == [None, None]
    assert len(judge.seen) == 3
