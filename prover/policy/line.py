"""The line to a policy: every question of a search goes through it, and none of them can stop the search.

A policy that fails is said so once; after that, or once it cannot be of any use, nobody is asked any more.
"""

from __future__ import annotations

import concurrent.futures
import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from dataclasses import replace
from typing import Any

from lean_project.errors import GentzenError, LimitHit, UserError
from prover.policy.answers import Answer, Policy, spent
from prover.policy.requests import Request
from search.budget import Budget

Answers = tuple[Answer, ...]
_FAILURES = 2
_GRACE = 2.0


class Line:
    """`budget` pays for every request, and bounds its time. `say` gets the sentence about a policy that is of no use;
    it is called once. After `_FAILURES` requests in a row that the machinery lost, the policy is given up.

    `tokens`, `asked`, `failed`: what was drawn in answers, requests made, and requests without an answer.
    """

    def __init__(
        self,
        policy: Policy,
        budget: Budget,
        *,
        patience: float,
        say: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.policy, self.budget, self.patience = policy, budget, patience
        self.tokens = self.asked = self.failed = 0
        self.gone = ""
        """Why the policy is not asked any more, "" while it is."""
        self._say, self._clock = say, clock
        self._lock = threading.Lock()
        self._open: set[Future[Answers]] = set()
        self._failures = 0
        self._said = False

    def ask(self, request: Request) -> Future[Answers] | None:
        """Put the question; None when nobody is asked any more."""
        if self.gone:
            return None
        left = self.budget.remaining().seconds
        patience = self.patience if left is None else min(self.patience, left)
        try:
            future = self.policy.submit(replace(request, budget=self.budget, deadline=self._clock() + patience))
        except Exception as error:  # a bug of the policy's; it must not become the search's
            future = Future()
            future.set_exception(error)
        with self._lock:
            self.asked += 1
            self._open.add(future)
        future.add_done_callback(self._hear)
        return future

    def wait(self, future: Future[Answers], stop: Future[None], seconds: float) -> Answers | None:
        """The answers, () when there are none and never will be, None when they did not come within `seconds`.

        Raises CancelledError when `stop` is done first."""
        either: list[Future[Any]] = [future, stop]
        concurrent.futures.wait(either, seconds, concurrent.futures.FIRST_COMPLETED)
        if stop.done():
            raise CancelledError
        if not future.done():
            return None
        return () if future.exception() is not None else future.result()

    def take_back(self, future: Future[Answers]) -> None:
        """Nobody waits for the answer any more."""
        self.policy.cancel(future)

    def rest(self) -> None:
        """Take back every question that is open, and wait a little until what they cost is known."""
        with self._lock:
            open_ = list(self._open)
        for future in open_:
            self.policy.cancel(future)
        concurrent.futures.wait(open_, _GRACE)

    def close(self) -> None:
        """Ask nobody any more, and take back every question; the policy itself is the caller's."""
        self.gone = self.gone or "the search is over"
        self.rest()

    def _hear(self, future: Future[Answers]) -> None:
        error = future.exception()
        with self._lock:
            self._open.discard(future)
            if error is None:
                self.tokens += spent(future.result())
                self._failures = 0
                return
            self.failed += not (isinstance(error, LimitHit) and error.kind == "cancelled")
            if isinstance(error, LimitHit):
                # A deadline or a prompt that is too long concerns one goal; without tokens nobody can be asked.
                # The budget's own limits carry no detail.
                self.gone = self.gone or (str(error) if error.kind == "tokens" and not error.detail else "")
            elif isinstance(error, UserError):
                self.gone = self.gone or str(error)
            else:
                self._failures += 1
                if self._failures >= _FAILURES:
                    self.gone = self.gone or (str(error) if isinstance(error, GentzenError) else repr(error))
            speak = bool(self.gone) and not self._said and self.gone != "the search is over"
            self._said = self._said or speak
        if speak:
            first = self.gone.partition("\n")[0].rstrip(".")
            self._say(f"gentzen: going on without the policy {self.policy.name}: {first}.")
