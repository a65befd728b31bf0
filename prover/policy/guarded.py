"""Guarded calls: what is used of a component's answers keeps a contract, whatever they are (docs/contracts.md).

The counterpart of `lean_project/contracts/Contract.lean`, where the guarantee is a theorem; the names are the same.
Source of the scheme: SEVerA (contracts on generative calls, rejection sampling with a verified fallback).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

from lean_project.errors import GentzenError
from prover.policy.forbidden import Reason

Raw = TypeVar("Raw")
Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an answer is not even tried. `detail`: the word or the piece that is in the way."""

    reason: Reason
    detail: str = ""

    def __str__(self) -> str:
        return f"the answer is refused: {self.reason}" + (f" (`{self.detail}`)" if self.detail else "")


@dataclass(frozen=True, slots=True)
class Contract(Generic[Raw, Kept]):
    """What an answer to one question must satisfy to be used.

    `read` makes of an answer what the caller works with, or says why that is impossible. `post` looks at the result
    alone: why it breaks the contract, None if it keeps it. Callers rely on `post` and on nothing else, so a fault in
    `read`, which deals with arbitrary text, cannot hand them what they do not expect.
    """

    name: str
    read: Callable[[Raw], Kept | Refusal]
    post: Callable[[Kept], Refusal | None]

    def judge(self, answer: Raw) -> Kept | Refusal:
        """What is to be used of the answer, or why nothing is."""
        found = self.read(answer)
        return found if isinstance(found, Refusal) else self.post(found) or found

    def sample(self, answers: Iterable[Raw], budget: int | None = None) -> Iterator[tuple[Raw, Kept | Refusal]]:
        """At most `budget` answers (None: all), each with what is to be used of it. Lazy: an answer is drawn when it
        is wanted. A component that breaks has no further answers. The toolkit's own errors (limits, lost machinery,
        what the user must mend) pass through: they are no answers."""
        source = iter(answers)
        for answer in islice(_until_failure(source), budget):
            yield answer, self.judge(answer)

    def abstaining(self, answers: Iterable[Raw], budget: int | None = None) -> Kept | None:
        """The first of at most `budget` answers that keeps the contract; None when there is none."""
        kept = (found for _, found in self.sample(answers, budget) if not isinstance(found, Refusal))
        return next(kept, None)

    def guarded(self, answers: Iterable[Raw], fallback: Callable[[], Kept], budget: int | None = None) -> Kept:
        """`abstaining`, or the fallback's value. Raises ValueError when the fallback breaks the contract: that is a
        bug of this program, not of the component."""
        found = self.abstaining(answers, budget)
        if found is not None:
            return found
        value = fallback()
        broken = self.post(value)
        if broken is not None:
            raise ValueError(f"the fallback of {self.name} breaks its contract: {broken}")
        return value


def _until_failure(source: Iterator[Raw]) -> Iterator[Raw]:
    while True:
        try:
            answer = next(source)
        except GentzenError:
            raise
        except Exception:  # the end, or a bug of the component's, which must not become the caller's
            return
        yield answer
