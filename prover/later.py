"""Moves whose split is not known before they are tried: what a policy will have said by then.

The seam between `prover.engine.LeanDomain` and whatever answers late. A `Later` is the payload of such a move.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Set
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any, Protocol

from decompose.sketch import Split
from lean_project.model import Message
from search.domain import Answer, Goal, Move, Verdict

LEAST_SECONDS = 2.0
"""What Lean gets at least for a split that a policy took its time to write."""


@dataclass(frozen=True, slots=True)
class NoSplit:
    """Why there is nothing to try. `late`: there may be, with more time."""

    reason: str
    late: bool = False


class Later(Protocol):
    """`heartbeats`, `uses`: as a split has them, as far as they are known beforehand."""

    @property
    def heartbeats(self) -> int: ...

    @property
    def uses(self) -> frozenset[str]: ...

    @property
    def calls(self) -> int:
        """Lean calls that `settle` made."""
        ...

    def settle(self, seconds: float, stop: Future[None]) -> Split | NoSplit:
        """The split, waited for at most `seconds` of wall clock. Called in the thread that tries the move.

        Raises CancelledError when `stop` is done first. It does not raise for a policy that fails: then there is no
        split.
        """
        ...

    def heard(self, split: Split, code: str, messages: tuple[Message, ...], answer: Answer) -> None:
        """What Lean said to `code`, the candidate for `split`, and what that came to. Not called where Lean was not
        asked or did not answer."""
        ...

    def over(self) -> None:
        """The split has been tried, whatever came of it."""
        ...

    def account(self) -> Mapping[str, Any]:
        """Where the split came from, for the ledger: model, weights, prompt version."""
        ...


class LateMoves(Protocol):
    """A source of moves beside the splitters and the portfolio. `slots`: how many of them may wait for something else
    than Lean at once."""

    @property
    def slots(self) -> int: ...

    def moves(self, goal: Goal, moves: Iterator[Move]) -> Iterator[Move]:
        """`moves` (in order, cheapest per expected success first) with its own among them, lazily."""
        ...

    def rest(self) -> None:
        """A search has ended: what it was still waiting for is not wanted any more."""
        ...


def try_later(
    later: Later,
    seconds: float,
    stop: Future[None],
    unproved: Set[str],
    try_split: Callable[[Split, float], Answer],
) -> Answer:
    """Wait for the split, then try it with what is left of `seconds`. `unproved`: declarations that it may not rest on.

    Raises CancelledError when `stop` is done first.
    """
    began = time.monotonic()
    split = later.settle(seconds, stop)
    waited = time.monotonic() - began
    if isinstance(split, NoSplit):
        verdict = Verdict.LIMIT if split.late else Verdict.REFUSED
        spent = seconds if split.late else waited
        return Answer(verdict, lean_calls=later.calls, seconds=spent, reason=split.reason)
    try:
        if split.uses & unproved:
            reason = f"it rests on what is open: {', '.join(sorted(split.uses & unproved))}"
            return Answer(Verdict.REFUSED, lean_calls=later.calls, seconds=waited, reason=reason)
        answer = try_split(split, max(seconds - waited, LEAST_SECONDS))
    finally:
        later.over()
    return replace(answer, seconds=answer.seconds + waited, lean_calls=answer.lean_calls + later.calls)
