"""A policy in this process: a checkpoint folder, sampled with transformers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

from lean_project.errors import LimitHit
from prover.policy.answers import Answer
from prover.policy.checkpoint import Checkpoint
from prover.policy.families import Family, family_of
from prover.policy.generate import Engine, Job, Samples
from prover.policy.meter import Meter
from prover.policy.prompts import Prompt, render
from prover.policy.requests import Request, Sampling

Answers = tuple[Answer, ...]


class LocalPolicy:
    """`prover.policy.answers.Policy` over a checkpoint folder. Log-probabilities and certainty are always there; guides
    are not followed. `clock` gives the monotonic seconds that deadlines are in.

    Raises UserError when the folder holds no checkpoint or torch is not installed.
    """

    def __init__(
        self, folder: Path, *, family: Family | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._checkpoint = Checkpoint(folder)
        self._engine = Engine(self._checkpoint)
        self.family = family or family_of(self._checkpoint.name, chat=self._checkpoint.has_chat)
        self._clock = clock
        self._given_up: set[Future[Answers]] = set()
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        return self._checkpoint.name

    @property
    def batches(self) -> list[int]:
        """How many requests were sampled together, batch by batch."""
        return self._engine.batches

    def submit(self, request: Request) -> Future[Answers]:
        future: Future[Answers] = Future()
        future.set_running_or_notify_cancel()
        try:
            if self._expired(request, future):
                raise LimitHit("seconds", None, "the deadline is over")
            prompt = render(request, self.family)
            ids = self._ids(prompt)
            room = self._checkpoint.room(len(ids))
            sampling = request.sampling
            if room is not None and room < sampling.max_tokens:
                sampling = replace(sampling, max_tokens=room)
            meter = Meter(request.budget, len(ids), sampling)
        except LimitHit as hit:
            future.set_exception(hit)
            return future
        job = _job(ids, prompt, meter.sampling, lambda: self._expired(request, future))
        self._engine.submit(job).add_done_callback(lambda done: self._settle(done, future, request, prompt, meter, job))
        return future

    def cancel(self, future: Future[Answers]) -> None:
        if not future.done():
            with self._lock:
                self._given_up.add(future)

    def close(self) -> None:
        self._engine.close()

    def _ids(self, prompt: Prompt) -> list[int]:
        if prompt.chat:
            return self._checkpoint.encode_chat(prompt.messages)
        return self._checkpoint.encode(prompt.text)

    def _expired(self, request: Request, future: Future[Answers]) -> bool:
        late = request.deadline is not None and self._clock() >= request.deadline
        return late or future in self._given_up

    def _settle(
        self, done: Future[Samples], future: Future[Answers], request: Request, prompt: Prompt, meter: Meter, job: Job
    ) -> None:
        with self._lock:
            wanted = future not in self._given_up
            self._given_up.discard(future)
        error = done.exception()
        if error is not None:
            meter.lost()
            late = isinstance(error, LimitHit) and error.kind == "cancelled" and wanted and request.deadline is not None
            future.set_exception(LimitHit("seconds", None, "no answer by the deadline") if late else error)
            return
        samples = done.result()
        meter.paid(len(job.prompt) + sum(len(each.tokens) for each in samples))
        future.set_result(
            tuple(
                Answer(
                    text=each.text,
                    finish=each.finish,
                    model=self.name,
                    weights=self._checkpoint.weights,
                    prompt=prompt.version,
                    prompt_tokens=len(job.prompt) if number == 0 else 0,
                    completion_tokens=len(each.tokens),
                    tokens=each.tokens if request.sampling.logprobs else None,
                    certainty=each.certainty,
                    continues=not prompt.chat,
                )
                for number, each in enumerate(samples)
            )
        )


def _job(ids: list[int], prompt: Prompt, sampling: Sampling, expired: Callable[[], bool]) -> Job:
    return Job(
        prompt=tuple(ids),
        n=sampling.n,
        temperature=sampling.temperature,
        top_p=sampling.top_p,
        max_tokens=sampling.max_tokens,
        stop=prompt.stop,
        seed=sampling.seed,
        expired=expired,
    )
