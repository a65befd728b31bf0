"""A policy without a model: a script answers. For tests of what uses policies."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from lean_project.errors import LimitHit
from prover.policy.answers import Answer, Finish
from prover.policy.meter import Meter, prompt_bound
from prover.policy.requests import Request

Script = Callable[[Request], Sequence[str | Answer]]
"""Answers to a request; it may raise any error of `lean_project.errors`, or `Hang`."""


class Hang(Exception):  # noqa: N818 (it is an instruction to the script's policy, not an error)
    """Raised by a script: no answer ever comes. The request ends by a cancel or when the policy is closed."""


class ScriptedPolicy:
    """`prover.policy.answers.Policy` over a script, which runs in the thread that submits. A token is a word.

    `requests` lists what was asked, in order.
    """

    def __init__(self, script: Script, *, name: str = "scripted") -> None:
        self.requests: list[Request] = []
        self._script, self._name = script, name
        self._hanging: dict[Future[tuple[Answer, ...]], Meter] = {}
        self._lock = threading.Lock()
        self._closed = False

    @property
    def name(self) -> str:
        return self._name

    def submit(self, request: Request) -> Future[tuple[Answer, ...]]:
        future: Future[tuple[Answer, ...]] = Future()
        future.set_running_or_notify_cancel()
        with self._lock:
            self.requests.append(request)
            closed = self._closed
        try:
            if closed:
                raise LimitHit("cancelled")
            meter = Meter(request.budget, prompt_bound(request.view.code("by")), request.sampling)
        except LimitHit as hit:
            future.set_exception(hit)
            return future
        try:
            made = [self._answer(each) for each in self._script(request)][: meter.sampling.n]
        except Hang:
            with self._lock:
                self._hanging[future] = meter
            return future
        except Exception as error:
            meter.lost()
            future.set_exception(error)
            return future
        meter.paid(sum(answer.prompt_tokens + answer.completion_tokens for answer in made))
        future.set_result(tuple(made))
        return future

    def cancel(self, future: Future[tuple[Answer, ...]]) -> None:
        with self._lock:
            meter = self._hanging.pop(future, None)
        if meter is not None:
            meter.lost()
            future.set_exception(LimitHit("cancelled"))

    def close(self) -> None:
        self._closed = True
        for future in list(self._hanging):
            self.cancel(future)

    def _answer(self, made: str | Answer) -> Answer:
        if isinstance(made, Answer):
            return made
        return Answer(made, Finish.STOP, self._name, "script", "scripted", 0, len(made.split()))
