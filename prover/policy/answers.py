"""What a policy gives back, and the interface that every backend implements."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from prover.policy.requests import Request


class Finish(StrEnum):
    """Why an answer ends where it does."""

    STOP = "stop"
    LENGTH = "length"
    """It ran into its token limit: the text is cut off."""
    FILTERED = "filtered"
    """The server withheld it, or a part of it."""
    MALFORMED = "malformed"
    """The server's answer has no text where one belongs."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token that was drawn, and the natural logarithm of its probability when it was."""

    text: str
    logprob: float


@dataclass(frozen=True, slots=True)
class Answer:
    """One sample. `tokens` is None where the backend tells no log-probabilities.

    `model` as the server calls it; `weights` identifies the numbers behind it as far as the backend can.
    `prompt`: version of the prompt that was sent. `prompt_tokens` are those of the whole request, and 0 in all
    answers to it but the first, so that sums are what was spent. `certainty`: self-certainty of its distributions
    (`prover.policy.certainty`), None where they are not known. `continues`: its prompt was a text to be continued,
    which ended inside a block of code.
    """

    text: str
    finish: Finish
    model: str
    weights: str = ""
    prompt: str = ""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    tokens: tuple[Token, ...] | None = None
    certainty: float | None = None
    continues: bool = False

    @property
    def logprob(self) -> float | None:
        """Mean log-probability of its tokens, at most 0; None where they are not known or there are none."""
        return sum(token.logprob for token in self.tokens) / len(self.tokens) if self.tokens else None


class Policy(Protocol):
    """Thread-safe. `submit` returns at once unless more requests are waiting than the backend holds.

    The future has one answer or more, at most `sampling.n`. It fails with one of the house's errors: `UserError` (wrong
    model name, no permission: nothing will get better by itself), `LimitHit` (`tokens`: the budget or the model's
    context has no room; `seconds`: the deadline; `cancelled`), `MachineryError` (the server is gone or talks nonsense,
    after retries). What an attempt cost is drawn from the request's budget, lost attempts included.
    """

    @property
    def name(self) -> str:
        """The model's name, for people and records."""
        ...

    def submit(self, request: Request) -> Future[tuple[Answer, ...]]: ...

    def cancel(self, future: Future[tuple[Answer, ...]]) -> None:
        """Its answers are not wanted any more. It fails with `LimitHit("cancelled")` unless it is done already."""
        ...

    def close(self) -> None:
        """Cancel what is under way and free everything. Idempotent."""
        ...


def spent(answers: tuple[Answer, ...]) -> int:
    """Prompt and completion tokens of all answers to one request."""
    return sum(answer.prompt_tokens + answer.completion_tokens for answer in answers)
