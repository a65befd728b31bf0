"""What a stream is made of: something that generates, something that grades, something that learns. Small adapters
over vLLM, over a Lean session and over the trainer implement these; so do the fakes of the tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a group of rollouts answers. `key`: the goal's, or whatever names the prompt."""

    key: str
    text: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rollout:
    """One attempt. `batch`, `group`, `index`: its place; together they are its identity. `version`: of the weights that
    wrote it: how many updates they had. `payload`: text, tokens and log-probabilities, as JSON has them.

    `reward`: None until it is graded, and for good where the machinery lost it (`lost`).
    """

    batch: int
    group: int
    index: int
    version: int
    prompt: str
    payload: dict[str, Any]
    reward: float | None = None
    lost: bool = False

    @property
    def id(self) -> tuple[int, int, int]:
        return self.batch, self.group, self.index


class Prompter(Protocol):
    def prompts(self, batch: int) -> Sequence[Prompt]:
        """The prompts of a batch. Equal numbers, equal prompts."""
        ...


class Generator(Protocol):
    def load(self, version: int) -> None:
        """Use the weights of this version from now on. Never called while `generate` runs. After a crash it may be as
        many updates old as the staleness bound, so weights that old must be kept."""
        ...

    def generate(self, prompt: Prompt, rollouts: int, seed: int) -> Sequence[dict[str, Any]]:
        """So many answers to a prompt, as payloads."""
        ...


class Grader(Protocol):
    def grade(self, prompt: Prompt, payload: dict[str, Any]) -> float | None:
        """The reward, None where the machinery lost the attempt. Called from several threads."""
        ...


class Learner(Protocol):
    @property
    def version(self) -> int:
        """How many updates the weights on the disk have had."""
        ...

    def step(self, rollouts: Sequence[Rollout]) -> int:
        """One update; when it returns, the weights of the returned version are on the disk, whole."""
        ...
