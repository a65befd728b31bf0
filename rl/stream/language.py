"""The engines of a stream for a language model: a checkpoint samples, Lean grades, a `PolicyTrainer` learns."""

from __future__ import annotations

import queue
import random
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lean_project.errors import MachineryError
from prover.policy.answers import Finish
from prover.policy.checkpoint import Checkpoint
from prover.policy.generate import Job, sample
from prover.policy.requests import Role
from rl.judge import Item, Judge
from rl.learner import VERSION, latest_checkpoint
from rl.stream.engines import Prompt, Rollout

REWARD = "reward"
"""The column of a stored rollout's reward."""
Row = Mapping[str, Any]
"""Of the trainer's data set: `prompt`, `task`, `role`, `goal`."""


@dataclass(frozen=True)
class Epochs:
    """`Prompter`: `each` prompts a batch out of `rows`, every row once an epoch, in an order drawn by seed."""

    rows: Sequence[Row]
    each: int
    seed: int = 0

    def prompts(self, batch: int) -> list[Prompt]:
        return [
            Prompt(str(row["goal"]), str(row["prompt"]), dict(row))
            for row in (self._row(batch * self.each + number) for number in range(self.each))
        ]

    def _row(self, place: int) -> Row:
        epoch, number = divmod(place, len(self.rows))
        order = list(range(len(self.rows)))
        random.Random(f"{self.seed} {epoch}").shuffle(order)
        return self.rows[order[number]]


@dataclass
class CheckpointGenerator:
    """`Generator` over checkpoint folders in this process. `folder`: of a version's weights. `tokens`: at most, of an
    answer. It has weights of its own, so the trainer may change its own meanwhile."""

    folder: Callable[[int], Path]
    tokens: int
    temperature: float = 1.0
    _checkpoint: Checkpoint | None = field(default=None, init=False)

    def load(self, version: int) -> None:
        self._checkpoint = Checkpoint(self.folder(version))

    def generate(self, prompt: Prompt, rollouts: int, seed: int) -> list[dict[str, Any]]:
        """Raises LimitHit for a prompt that does not fit the context."""
        assert self._checkpoint is not None
        ids = self._checkpoint.encode(prompt.text)
        self._checkpoint.room(len(ids))
        job = Job(tuple(ids), rollouts, self.temperature, 1.0, self.tokens, seed=seed)
        (made,) = sample(self._checkpoint, [job])
        if not isinstance(made, tuple):
            raise made
        return [
            {
                "text": each.text,
                "finish": str(each.finish),
                "prompt_ids": ids,
                "completion_ids": list(each.ids),
                "logprobs": list(each.drawn),
            }
            for each in made
        ]


@dataclass
class LeanGrader:
    """`Grader` by a `rl.judge.Judge`. Equal attempts at one task are judged once while the grader lives."""

    judge: Judge
    _known: dict[Item, float] = field(default_factory=dict, init=False)

    def grade(self, prompt: Prompt, payload: Mapping[str, Any]) -> float | None:
        item = Item(
            str(prompt.data["task"]), Role(prompt.data["role"]), str(payload["text"]), Finish(payload["finish"])
        )
        if item not in self._known:
            (graded,) = self.judge.grade([item])
            if graded.reward is None:
                return None
            self._known[item] = graded.reward
        return self._known[item]


class _Closed(Exception):  # noqa: N818 (it is how the trainer's thread is told that nobody needs it any more)
    pass


class TrainerLearner:
    """`Learner` over a `rl.trainer.PolicyTrainer`, which trains in a thread of its own and is handed its rollouts.

    `make`: the trainer, from its `rollout_func` and its reward function; called here and now, since transformers cannot
    build two models at once. Its data set must ask the prompts of the stream in their order (`rows_in_order`), and its
    arguments save every update (`saving`).
    """

    def __init__(
        self,
        make: Callable[[Callable[..., Any], Callable[..., Any]], Any],
        folder: Path,
        *,
        patience: float = 3600.0,
    ) -> None:
        self._folder, self._patience = folder, patience
        self._rollouts: queue.SimpleQueue[Sequence[Rollout] | None] = queue.SimpleQueue()
        self._saved = threading.Condition()
        self._version = _version(folder)
        self._thread: threading.Thread | None = None
        self._fault: BaseException | None = None
        self._ended = False
        self.trainer = make(self._next, _stored)
        self.trainer.add_callback(_saving_callback(self._heard))

    @property
    def version(self) -> int:
        return self._version

    def step(self, rollouts: Sequence[Rollout]) -> int:
        """Raises what the trainer raises, and MachineryError when the update takes longer than `patience` seconds."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._train, name="gentzen-train", daemon=True)
            self._thread.start()
        before = self._version
        self._rollouts.put(rollouts)
        with self._saved:
            if not self._saved.wait_for(lambda: self._version > before or self._ended, self._patience):
                raise MachineryError(f"update {before} did not end within {self._patience:g} s")
        if self._version == before:
            raise self._fault or MachineryError(f"the trainer ended before update {before}")
        return self._version

    def finish(self) -> Any:
        """The trainer after its last update."""
        if self._thread is not None:
            self._thread.join(self._patience)
        if self._fault is not None:
            raise self._fault
        return self.trainer

    def close(self) -> None:
        """End the thread; an update under way ends first. Idempotent."""
        self._rollouts.put(None)
        if self._thread is not None:
            self._thread.join(self._patience)

    def _train(self) -> None:
        try:
            last = latest_checkpoint(self._folder)
            self.trainer.train(resume_from_checkpoint=None if last is None else str(last))
        except _Closed:
            pass
        except BaseException as error:
            self._fault = error
        finally:
            with self._saved:
                self._ended = True
                self._saved.notify_all()

    def _heard(self, version: int) -> None:
        with self._saved:
            self._version = version
            self._saved.notify_all()

    def _next(self, prompts: Sequence[Any], _trainer: Any) -> dict[str, list[Any]]:
        """TRL's `rollout_func`: the rollouts of the update that is due. Raises ValueError when they answer others."""
        rollouts = self._rollouts.get()
        if rollouts is None:
            raise _Closed
        if len(rollouts) != len(prompts):
            raise ValueError(f"the trainer asks for {len(prompts)} rollouts and the stream has {len(rollouts)}")
        payloads = [each.payload for each in rollouts]
        return {
            **{name: [each[name] for each in payloads] for name in ("prompt_ids", "completion_ids", "logprobs")},
            VERSION: [each.version for each in rollouts],
            REWARD: [each.reward for each in rollouts],
        }


def rows_in_order(prompter: Epochs, updates: int) -> list[dict[str, Any]]:
    """The data set of a trainer that is not to shuffle: the prompts of all updates, in order."""
    return [dict(prompt.data) for batch in range(updates) for prompt in prompter.prompts(batch)]


def saving(staleness: int) -> dict[str, Any]:
    """The trainer's arguments that a stream rests on: weights of every update that may still be asked for."""
    return {
        "save_strategy": "steps",
        "save_steps": 1,
        "save_total_limit": staleness + 2,
        "shuffle_dataset": False,
    }


def weights_of(start: Path, folder: Path) -> Callable[[int], Path]:
    """Where the weights of a version lie: those of version 0 in `start`, later ones where the trainer saves them."""
    return lambda version: start if version == 0 else folder / f"checkpoint-{version}"


def _version(folder: Path) -> int:
    last = latest_checkpoint(folder)
    return 0 if last is None else int(last.name.rpartition("-")[2])


def _stored(prompts: Sequence[Any], completions: Sequence[Any], **columns: Any) -> list[float | None]:
    """The rewards that the stream's rollouts were given."""
    return list(columns[REWARD])


def _saving_callback(heard: Callable[[int], None]) -> Any:
    from transformers import TrainerCallback

    class Saved(TrainerCallback):  # type: ignore[misc, unused-ignore]
        def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
            heard(state.global_step)

    return Saved()
