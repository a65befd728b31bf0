"""Sampling from a checkpoint: whole batches of waiting jobs, each with its own settings and seed.

A job's samples depend on its prompt, settings and seed alone, up to rounding: not on what else is in its batch. That is
why the loop is written out here instead of calling transformers' `generate`, which has one temperature and one
generator for a whole batch, and cannot give up a part of it.
"""

from __future__ import annotations

import math
import random
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from lean_project.errors import GentzenError, LimitHit, MachineryError
from prover.policy.answers import Finish, Token
from prover.policy.checkpoint import Checkpoint


@dataclass(frozen=True, slots=True)
class Job:
    """A prompt (token ids) and how to continue it. `expired` is asked after every token: True gives the job up."""

    prompt: tuple[int, ...]
    n: int
    temperature: float
    top_p: float
    max_tokens: int
    stop: tuple[str, ...] = ()
    seed: int | None = None
    expired: Callable[[], bool] = field(default=lambda: False, compare=False)


@dataclass(frozen=True, slots=True)
class Sample:
    """`tokens`: those drawn, with log-probabilities at temperature 1 (the model's own distribution, as vLLM gives them
    by default); `text` ends before a stop string. `certainty`: `prover.policy.certainty.self_certainty`. `ids`: of the
    tokens; `drawn`: their log-probabilities at the job's temperature, which importance ratios are made from."""

    text: str
    finish: Finish
    tokens: tuple[Token, ...]
    certainty: float
    ids: tuple[int, ...] = ()
    drawn: tuple[float, ...] = ()


@dataclass(slots=True)
class _Row:
    job: int
    ids: list[int]
    logprobs: list[float]
    drawn: list[float]
    generator: Any
    certainty: float = 0.0
    finish: Finish | None = None


Samples = tuple[Sample, ...]


def sample(checkpoint: Checkpoint, jobs: Sequence[Job]) -> list[Samples | LimitHit]:
    """Samples for every job, or why it was given up. Raises whatever torch raises."""
    torch = checkpoint.torch
    rows = _rows(torch, jobs, checkpoint.device)
    longest = max(len(job.prompt) for job in jobs)
    padding = checkpoint.tokenizer.pad_token_id or 0
    padded = [[padding] * (longest - len(jobs[row.job].prompt)) + list(jobs[row.job].prompt) for row in rows]
    seen = [[0] * (longest - len(jobs[row.job].prompt)) + [1] * len(jobs[row.job].prompt) for row in rows]
    ids = torch.tensor(padded, device=checkpoint.device)
    mask = torch.tensor(seen, device=checkpoint.device)
    temperatures = torch.tensor([jobs[row.job].temperature for row in rows], device=checkpoint.device).unsqueeze(1)
    top_ps = torch.tensor([jobs[row.job].top_p for row in rows], device=checkpoint.device).unsqueeze(1)
    limits = [min(job.max_tokens, checkpoint.room(len(job.prompt)) or job.max_tokens) for job in jobs]
    lost: set[int] = set()
    cache: Any = None
    with torch.inference_mode():
        while any(row.finish is None for row in rows):
            positions = (mask.cumsum(1) - 1).clamp(min=0)[:, -ids.shape[1] :]
            output = checkpoint.model(
                input_ids=ids,
                attention_mask=mask,
                position_ids=positions,
                use_cache=True,
                logits_to_keep=1,
                **{checkpoint.cache: cache},
            )
            cache = getattr(output, checkpoint.cache)
            logits = output.logits[:, -1].float()
            logprobs = torch.log_softmax(logits, dim=-1)
            drawn = _draw(torch, rows, logits, temperatures, top_ps)
            picked = logprobs.gather(1, drawn.unsqueeze(1)).squeeze(1).tolist()
            scaled = torch.log_softmax(logits / temperatures.clamp(min=1e-6), dim=-1)
            own = scaled.gather(1, drawn.unsqueeze(1)).squeeze(1).tolist()
            sure = (-math.log(logprobs.shape[1]) - logprobs.mean(dim=1)).tolist()
            for row, token, logprob, chance, certainty in zip(rows, drawn.tolist(), picked, own, sure, strict=True):
                if row.finish is None:
                    row.drawn.append(chance)
                    _add(checkpoint, jobs[row.job], limits[row.job], row, token, logprob, certainty)
            for number, job in enumerate(jobs):
                if number not in lost and job.expired():
                    lost.add(number)
                    for row in rows:
                        if row.job == number and row.finish is None:
                            row.finish = Finish.LENGTH
            ids = drawn.unsqueeze(1)
            mask = torch.cat([mask, torch.ones_like(ids)], dim=1)
    return [
        LimitHit("cancelled")
        if number in lost
        else tuple(_finished(checkpoint, job, row) for row in rows if row.job == number)
        for number, job in enumerate(jobs)
    ]


def _rows(torch: Any, jobs: Sequence[Job], device: str) -> list[_Row]:
    rows: list[_Row] = []
    for number, job in enumerate(jobs):
        seed = random.getrandbits(62) if job.seed is None else job.seed
        for index in range(job.n):
            generator = torch.Generator(device=device).manual_seed((seed + index) % (1 << 63))
            rows.append(_Row(number, [], [], [], generator))
    return rows


def _draw(torch: Any, rows: Sequence[_Row], logits: Any, temperatures: Any, top_ps: Any) -> Any:
    """One token for every row."""
    probabilities = torch.softmax(logits / temperatures.clamp(min=1e-6), dim=-1)
    if bool((top_ps < 1).any()):
        ordered, order = probabilities.sort(dim=-1, descending=True)
        beyond = ordered.cumsum(dim=-1) - ordered >= top_ps  # The first token always stays.
        probabilities = torch.zeros_like(probabilities).scatter(1, order, ordered.masked_fill(beyond, 0.0))
    greedy = logits.argmax(dim=-1)
    drawn = [
        greedy[number]
        if row.finish is not None or float(temperatures[number]) == 0
        else torch.multinomial(probabilities[number], 1, generator=row.generator)[0]
        for number, row in enumerate(rows)
    ]
    return torch.stack(drawn)


def _add(checkpoint: Checkpoint, job: Job, limit: int, row: _Row, token: int, logprob: float, certainty: float) -> None:
    row.ids.append(token)
    row.logprobs.append(logprob)
    row.certainty += certainty
    if token in checkpoint.ends or (
        job.stop and _stop_at(checkpoint.decode(row.ids[-_tail(job.stop) :]), job.stop) is not None
    ):
        row.finish = Finish.STOP
    elif len(row.ids) >= limit:
        row.finish = Finish.LENGTH


def _finished(checkpoint: Checkpoint, job: Job, row: _Row) -> Sample:
    text = checkpoint.decode(row.ids)
    cut = _stop_at(text, job.stop)
    pieces = checkpoint.pieces(row.ids)
    tokens = tuple(Token(piece, logprob) for piece, logprob in zip(pieces, row.logprobs, strict=True))
    assert row.finish is not None
    kept, sure = text if cut is None else text[:cut], row.certainty / len(row.ids)
    return Sample(kept, row.finish, tokens, sure, tuple(row.ids), tuple(row.drawn))


def _tail(stops: Sequence[str]) -> int:
    """Tokens at the end of a sample that are sure to hold a stop string which it ends with."""
    return max(len(each.encode()) for each in stops) + 4


def _stop_at(text: str, stops: Sequence[str]) -> int | None:
    """Where the first stop string begins, None without one."""
    return min((at for each in stops if (at := text.find(each)) >= 0), default=None)


class Engine:
    """A checkpoint and the thread that samples from it. Jobs that wait are taken together, up to `most_rows` samples
    at once. Futures fail with LimitHit (`tokens`: the prompt does not fit, `cancelled`) and MachineryError."""

    def __init__(self, checkpoint: Checkpoint, *, most_rows: int = 64) -> None:
        self.checkpoint, self.most_rows = checkpoint, most_rows
        self.batches: list[int] = []
        """How many jobs the last batches had, newest last (1,000 at most)."""
        self._waiting: deque[tuple[Job, Future[Samples]]] = deque()
        self._wake = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="gentzen-generate", daemon=True)
        self._thread.start()

    def submit(self, job: Job) -> Future[Samples]:
        future: Future[Samples] = Future()
        future.set_running_or_notify_cancel()
        with self._wake:
            if not self._closed:
                self._waiting.append((job, future))
                self._wake.notify()
                return future
        future.set_exception(LimitHit("cancelled"))
        return future

    def close(self) -> None:
        """Give up what waits; what is under way ends first. Idempotent."""
        with self._wake:
            self._closed = True
            waiting, self._waiting = list(self._waiting), deque()
            self._wake.notify()
        for _, future in waiting:
            future.set_exception(LimitHit("cancelled"))
        self._thread.join()

    def _run(self) -> None:
        while (batch := self._next()) is not None:
            if batch:
                self._serve(batch)

    def _next(self) -> list[tuple[Job, Future[Samples]]] | None:
        """The next jobs that fit together, each at least once; None when all is over."""
        with self._wake:
            while not self._waiting and not self._closed:
                self._wake.wait()
            if self._closed:
                return None
            batch: list[tuple[Job, Future[Samples]]] = []
            rows = 0
            while self._waiting and (not batch or rows + self._waiting[0][0].n <= self.most_rows):
                job, future = self._waiting.popleft()
                try:
                    if job.expired():
                        raise LimitHit("cancelled")
                    self.checkpoint.room(len(job.prompt))
                except LimitHit as hit:
                    future.set_exception(hit)
                    continue
                batch.append((job, future))
                rows += job.n
            return batch

    def _serve(self, batch: list[tuple[Job, Future[Samples]]]) -> None:
        self.batches = [*self.batches[-999:], len(batch)]
        results: Sequence[Samples | GentzenError]
        try:
            results = sample(self.checkpoint, [job for job, _ in batch])
        except Exception as error:  # torch's own: out of memory, a broken checkpoint
            fault = MachineryError(f"the model failed: {type(error).__name__}: {str(error).partition(chr(10))[0]}")
            results = [fault] * len(batch)
        for (_, future), result in zip(batch, results, strict=True):
            if isinstance(result, GentzenError):
                future.set_exception(result)
            else:
                future.set_result(result)
