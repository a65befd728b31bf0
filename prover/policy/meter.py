"""Paying for tokens: every attempt reserves the most that it can cost, and commits what it did cost.

A ceiling is never passed. An attempt of which nothing is known (the connection broke after it was sent) is paid for
in full; one that the server turned away costs nothing.
"""

from __future__ import annotations

from dataclasses import replace

from lean_project.errors import LimitHit
from prover.policy.requests import Sampling
from search.budget import Budget, Reservation

LEAST_TOKENS = 32
"""Answers shorter than this are not worth asking for."""
_PER_MESSAGE = 16
"""At most what a chat template adds around one message, in tokens."""


def prompt_bound(*texts: str) -> int:
    """At most how many tokens the messages can be: tokenizers work on bytes, so no token is shorter than one."""
    return sum(len(text.encode()) + _PER_MESSAGE for text in texts) + _PER_MESSAGE


class Meter:
    """The tokens of one attempt. `sampling` is what can be paid for: fewer samples, then shorter ones, than were wanted
    where the budget has no more. Settle it once, with `paid`, `lost` or `free`.

    Raises LimitHit (`tokens`, `seconds`) when there is no room even for one short answer.
    """

    def __init__(self, budget: Budget | None, prompt_tokens: int, sampling: Sampling) -> None:
        self.sampling = sampling
        self.overdraft = 0
        self._budget = budget
        self._reservation: Reservation | None = None
        if budget is not None:
            self._reserve(budget, prompt_tokens)

    def _reserve(self, budget: Budget, prompt_tokens: int) -> None:
        while True:
            wanted = prompt_tokens + self.sampling.n * self.sampling.max_tokens
            try:
                self._reservation = budget.reserve(0, wanted)
                return
            except LimitHit as hit:
                left = budget.remaining().tokens
                room = 0 if left is None else left - prompt_tokens
                smaller = _fitting(self.sampling, room)
                if hit.kind != "tokens" or left is None or smaller is None:
                    raise
                self.sampling = smaller

    @property
    def reserved(self) -> int:
        return 0 if self._reservation is None else self._reservation.tokens

    def paid(self, tokens: int) -> None:
        """It cost `tokens`. What it cost beyond the reservation is drawn as far as there is any; the rest is
        `overdraft`, which is 0 unless a server counts differently from every tokenizer."""
        reservation, budget = self._reservation, self._budget
        if reservation is None or budget is None:
            return
        reservation.commit(0, min(tokens, reservation.tokens))
        more = tokens - reservation.tokens
        if more > 0:
            left = budget.remaining().tokens
            drawn = more if left is None else min(more, left)
            try:
                budget.reserve(0, drawn).commit()
            except LimitHit:
                drawn = 0
            self.overdraft = more - drawn

    def lost(self) -> None:
        """Nobody knows what it cost: it is paid for in full."""
        if self._reservation is not None:
            self._reservation.commit()

    def free(self) -> None:
        """The server did no work for it."""
        if self._reservation is not None:
            self._reservation.release()


def _fitting(sampling: Sampling, room: int) -> Sampling | None:
    """The sampling cut down to `room` tokens for all its answers, None when that is not possible."""
    fewer = min(sampling.n, room // sampling.max_tokens)
    if fewer >= 1:
        return replace(sampling, n=fewer)
    least = min(LEAST_TOKENS, sampling.max_tokens)
    return replace(sampling, n=1, max_tokens=room) if least <= room < sampling.max_tokens else None
