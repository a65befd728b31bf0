"""A policy behind an OpenAI-compatible HTTP server: vLLM, `gentzen serve`, or any other.

One thread with an event loop talks to the server. `submit` only puts a request into its queue.
"""

from __future__ import annotations

import asyncio
import json
import random
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from lean_project.errors import LimitHit, MachineryError, UserError
from prover.policy.answers import Answer
from prover.policy.families import TEXT_FALLBACK, Family, family_named, family_of
from prover.policy.meter import Meter, prompt_bound
from prover.policy.prompts import Prompt, render
from prover.policy.requests import Request, Sampling
from prover.policy.retry import Again, Backoff, retry_after
from prover.policy.status import refused
from prover.policy.wire import ListedModel, Malformed, Reply, body, read_reply

if TYPE_CHECKING:
    import httpx

_LARGEST = 64 << 20
"""Bytes of an answer that are read at most."""
_CONNECTIONS = 16
Answers = tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """`url` ends in `/v1`. `concurrency`: requests under way at once; `waiting`: requests that are held at most before
    `submit` makes its caller wait. `timeout`: wall seconds of an attempt whose request has no deadline."""

    url: str
    key: str | None = None
    concurrency: int = 64
    waiting: int = 4096
    timeout: float = 600.0
    backoff: Backoff = field(default_factory=Backoff)


class HttpPolicy:
    """`prover.policy.answers.Policy` over HTTP. Make it with `prover.policy.opening.open_policy`, which asks the server
    for its models first.

    `clock` gives monotonic seconds, `sleep` waits, `seed` is for the delays' jitter.
    """

    def __init__(
        self,
        settings: HttpSettings,
        model: ListedModel,
        *,
        family: Family | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        seed: int | None = None,
    ) -> None:
        self.settings, self.model = settings, model
        self.weights = model.weights or model.root or model.id
        self.family = family or family_of(f"{model.id} {model.root or ''}", chat=model.chat is not False)
        self.retries = 0
        """Attempts that were made again, for reports."""
        self._clock, self._sleep, self._chance = clock, sleep, random.Random(seed)
        self._extras = True
        self._samples = True
        self._room = threading.BoundedSemaphore(settings.waiting)
        self._lock = threading.Lock()
        self._jobs: dict[Future[Answers], asyncio.Task[Answers] | None] = {}
        self._closed = False
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="gentzen-policy", daemon=True)
        self._thread.start()
        self._free: list[httpx.AsyncClient] = []
        self._clients = asyncio.run_coroutine_threadsafe(self._connect(), self._loop).result()

    @property
    def name(self) -> str:
        return self.model.id

    # ---- The caller's side -------------------------------------------------------------------------------------------

    def submit(self, request: Request) -> Future[Answers]:
        self._room.acquire()
        future: Future[Answers] = Future()
        future.set_running_or_notify_cancel()
        future.add_done_callback(lambda _done: self._room.release())
        with self._lock:
            if not self._closed:
                self._jobs[future] = None
                self._loop.call_soon_threadsafe(self._start, future, request)
                return future
        future.set_exception(LimitHit("cancelled"))
        return future

    def cancel(self, future: Future[Answers]) -> None:
        with self._lock:
            if not self._closed:
                self._loop.call_soon_threadsafe(self._stop, future)

    def close(self) -> None:
        with self._lock:
            if self._closed:
                return
            self._closed = True
        asyncio.run_coroutine_threadsafe(self._disconnect(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    # ---- The loop's side ---------------------------------------------------------------------------------------------

    async def _connect(self) -> list[httpx.AsyncClient]:
        """Clients of a few connections each: the work of a client's pool grows with the square of their number."""
        import httpx

        self._slots = asyncio.Semaphore(self.settings.concurrency)
        headers = {} if self.settings.key is None else {"Authorization": f"Bearer {self.settings.key}"}
        local = httpx.URL(self.settings.url).host in ("127.0.0.1", "localhost", "::1")
        context = httpx.create_ssl_context(trust_env=not local)
        clients = []
        for first in range(0, self.settings.concurrency, _CONNECTIONS):
            size = min(_CONNECTIONS, self.settings.concurrency - first)
            limits = httpx.Limits(max_connections=size)
            client = httpx.AsyncClient(
                headers=headers, limits=limits, timeout=None, trust_env=not local, verify=context
            )
            clients.append(client)
            self._free += [client] * size
        return clients

    async def _disconnect(self) -> None:
        tasks = [task for task in self._jobs.values() if task is not None]
        for future in list(self._jobs):
            self._stop(future)
        await asyncio.gather(*tasks, return_exceptions=True)
        for client in self._clients:
            await client.aclose()

    def _start(self, future: Future[Answers], request: Request) -> None:
        if future not in self._jobs:
            return
        task = self._loop.create_task(self._serve(request))
        self._jobs[future] = task
        task.add_done_callback(lambda done: self._finish(future, done))

    def _stop(self, future: Future[Answers]) -> None:
        task = self._jobs.get(future)
        if task is not None:
            task.cancel()
        elif future in self._jobs:
            del self._jobs[future]
            future.set_exception(LimitHit("cancelled"))

    def _finish(self, future: Future[Answers], task: asyncio.Task[Answers]) -> None:
        self._jobs.pop(future, None)
        if task.cancelled():
            future.set_exception(LimitHit("cancelled"))
        elif (error := task.exception()) is not None:
            future.set_exception(error)
        else:
            future.set_result(task.result())

    async def _serve(self, request: Request) -> Answers:
        """Ask until there are as many answers as were wanted, or as can be paid for: some servers ignore `n`."""
        sampling = request.sampling
        answers: list[Answer] = []
        if self._samples or sampling.n == 1:
            made, affordable = await self._persist(request, sampling)
            answers += made
            if len(made) >= affordable:
                return tuple(answers)
            self._samples = False
            sampling = replace(sampling, n=affordable)
        singles = (self._persist(request, _alone(sampling, number)) for number in range(len(answers), sampling.n))
        for outcome in await asyncio.gather(*singles, return_exceptions=True):
            if isinstance(outcome, tuple):
                answers += outcome[0]
            elif not answers or not isinstance(outcome, LimitHit | MachineryError):
                raise outcome
        return tuple(answers)

    async def _persist(self, request: Request, sampling: Sampling) -> tuple[Answers, int]:
        """One request, made again after failures that may pass. The answers, and how many could be paid for."""
        backoff, failures = self.settings.backoff, 0
        while True:
            try:
                async with self._slots:
                    client = self._free.pop()
                    try:
                        return await self._attempt(request, sampling, client)
                    finally:
                        self._free.append(client)
            except Again as again:
                failures += 1
                if failures >= backoff.attempts:
                    times = f"{failures} attempts" if failures > 1 else "one attempt"
                    raise MachineryError(f"no answer from {self.settings.url} after {times}: {again.reason}") from again
                delay = backoff.delay(failures, again.after, self._chance)
                if again.after is not None and again.after > backoff.patience:
                    raise MachineryError(
                        f"{self.settings.url} wants no request for {again.after:.0f} seconds: {again.reason}"
                    ) from again
                left = self._left(request)
                if delay >= left:
                    raise LimitHit("seconds", None, f"{again.reason}, and the deadline is near") from again
                self.retries += 1
                await self._sleep(delay)

    def _left(self, request: Request) -> float:
        return float("inf") if request.deadline is None else request.deadline - self._clock()

    async def _attempt(self, request: Request, sampling: Sampling, client: httpx.AsyncClient) -> tuple[Answers, int]:
        import httpx

        left = min(self._left(request), self.settings.timeout)
        if left <= 0:
            raise LimitHit("seconds", None, "the deadline is over")
        prompt, extras = render(request, self.family), self._extras
        meter = Meter(request.budget, prompt_bound(*(each.content for each in prompt.messages)), self._cut(sampling))
        sent = body(prompt, meter.sampling, self.model.id, extras=extras, guided=self.model.owned_by == "vllm")
        endpoint = "chat/completions" if prompt.chat else "completions"
        try:
            async with asyncio.timeout(left):
                status, headers, data = await self._post(client, f"{self.settings.url}/{endpoint}", sent)
        except TimeoutError as error:
            meter.lost()
            if request.deadline is not None and left < self.settings.timeout:
                raise LimitHit("seconds", None, "no answer by the deadline") from error
            raise Again(f"no answer within {left:g} seconds", lost=True) from error
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            meter.free()
            raise Again(f"no connection ({error or type(error).__name__})", lost=False) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            meter.lost()
            raise Again(f"the connection broke ({error or type(error).__name__})", lost=True) from error
        except BaseException:
            meter.lost()
            raise
        return self._judge(status, headers.get("retry-after"), data, prompt, meter, extras)

    def _judge(
        self, status: int, after: str | None, data: bytes, prompt: Prompt, meter: Meter, extras: bool
    ) -> tuple[Answers, int]:
        if status == 200:
            try:
                reply = read_reply(data, prompt, meter.sampling, self.weights)
            except Malformed as error:
                meter.lost()
                raise Again(f"its answer is none ({error})", lost=True) from error
            if reply.usage is None:
                meter.lost()
            else:
                meter.paid(reply.usage.prompt_tokens + reply.usage.completion_tokens)
            self._check_model(reply)
            return reply.answers, meter.sampling.n
        decision = refused(status, data, chat=prompt.chat, extras=extras, url=self.settings.url, model=self.model.id)
        if decision.error is not None:
            meter.free()
            raise decision.error
        if decision.lost:
            meter.lost()
        else:
            meter.free()
        if decision.without_chat:
            self.family = family_named(TEXT_FALLBACK)
        if decision.without_extras:
            self._extras = False
        raise Again(decision.reason, lost=decision.lost, after=retry_after(after))

    def _check_model(self, reply: Reply) -> None:
        """Servers may call a model by a longer name than it was asked for; another model is another matter."""
        said = reply.model
        known = {self.model.id, self.model.root or self.model.id}
        if said and not any(said == name or said.startswith(name) or name.endswith(said) for name in known):
            raise UserError(
                f"{self.settings.url} answers with the model {said!r}, but {self.model.id!r} was asked for. "
                "Check --policy and --model, or the server that stands between."
            )

    def _cut(self, sampling: Sampling) -> Sampling:
        """No more than half of the model's context for an answer, the rest being the prompt's."""
        context = self.model.max_model_len
        return replace(sampling, max_tokens=min(sampling.max_tokens, max(1, context // 2))) if context else sampling

    async def _post(
        self, client: httpx.AsyncClient, url: str, content: dict[str, Any]
    ) -> tuple[int, httpx.Headers, bytes]:
        data = bytearray()
        encoded = json.dumps(content).encode()
        headers = {"Content-Type": "application/json"}
        async with client.stream("POST", url, content=encoded, headers=headers) as response:
            async for chunk in response.aiter_bytes():
                data += chunk
                if len(data) > _LARGEST:
                    raise Again(f"its answer is longer than {_LARGEST >> 20} MiB", lost=True)
            return response.status_code, response.headers, bytes(data)


def _alone(sampling: Sampling, number: int) -> Sampling:
    """One sample in place of the `number`-th of many."""
    return replace(sampling, n=1, seed=None if sampling.seed is None else sampling.seed + number)
