"""Workers that share one queue: who gets which job, starts, the one retry, recycling, cancellation, the end.

Each slot is a thread that owns at most one worker. Threads and processes are started when there is work for them.
"""

from __future__ import annotations

import itertools
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from lean_project.errors import GentzenError, LimitHit, MachineryError, RequestError
from lean_project.model import RuntimeInfo, Snapshot
from lean_project.runtime import PoolSettings, RuntimeProgram, recycle_rss
from lean_project.worker import Worker

WINDOW = 32
"""How many of the oldest jobs a free worker chooses from."""
PATIENCE = 16
"""How often the oldest job may be passed over for one that suits a worker better."""
WEIGH_SECONDS = 0.5
"""A worker's memory is looked at after a request, at most so often."""


class Job(Future[Any]):
    """Something to do on a worker, and the future of what comes of it.

    `work` gets the worker and the event that asks it to stop. `fresh`: on a process of its own, ended afterwards; then
    `afterwards` runs on that process as well, once the result is out. `snapshot`: what a worker should better hold.
    Callbacks of the future run in the worker's thread: they must not wait for another job.
    """

    def __init__(
        self,
        work: Callable[[Worker, threading.Event], Any],
        *,
        snapshot: Snapshot | None = None,
        fresh: bool = False,
        afterwards: Callable[[Worker], None] | None = None,
    ) -> None:
        super().__init__()
        self.work = work
        self.snapshot = snapshot
        self.fresh = fresh
        self.afterwards = afterwards
        self.stop = threading.Event()
        self.number = 0
        self.passed_over = 0


@dataclass(eq=False)
class _Slot:
    """`busy`: its thread has something to do. `broken`: its worker did not start, while there were others."""

    inbox: queue.SimpleQueue[Callable[[], None] | None] = field(default_factory=queue.SimpleQueue)
    thread: threading.Thread | None = None
    worker: Worker | None = None
    busy: bool = False
    starting: bool = False
    broken: bool = False
    weighed: float = 0.0


class Crew:
    """`size` workers for one queue of jobs. Thread-safe. `on_start` gets what each started worker says of itself."""

    def __init__(
        self,
        program: RuntimeProgram,
        settings: PoolSettings,
        size: int,
        *,
        audit: bool = False,
        on_start: Callable[[RuntimeInfo], None] = lambda info: None,
    ) -> None:
        self._program, self._settings, self._audit, self._on_start = program, settings, audit, on_start
        self._recycle_rss = recycle_rss(program, settings)
        self._slots = [_Slot() for _ in range(size)]
        # A fresh process comes on top of its slot's own idle one: bound what that can cost in memory.
        self._fresh_free = max(1, size // 4)
        self._pending: deque[Job] = deque()
        self._fresh: deque[Job] = deque()
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self._stop = threading.Event()

    def submit(self, job: Job) -> Job:
        with self._lock:
            if self._stop.is_set():
                raise RequestError("the session is closed")
            job.number = next(self._numbers)
            (self._fresh if job.fresh else self._pending).append(job)
            self._dispatch()
        return job

    def cancel(self, job: Job) -> None:
        """A queued job fails with `LimitHit("cancelled")` now, a running one as soon as its worker has stopped."""
        job.stop.set()
        with self._lock:
            line = self._fresh if job.fresh else self._pending
            queued = job in line
            if queued:
                line.remove(job)
        if queued:
            _fail(job, LimitHit("cancelled"))

    def close(self) -> None:
        """End every thread and process; jobs that are not done fail with `LimitHit("cancelled")`. Idempotent."""
        with self._lock:
            first = not self._stop.is_set()
            self._stop.set()
            left = [*self._pending, *self._fresh]
            self._pending.clear()
            self._fresh.clear()
            threads = [slot.thread for slot in self._slots if slot.thread is not None]
            if first:
                for slot in self._slots:
                    slot.inbox.put(None)
        for job in left:
            _fail(job, LimitHit("cancelled"))
        for thread in threads:
            if thread is not threading.current_thread():
                thread.join()

    # What follows up to `_hand` runs with the lock held.

    def _dispatch(self) -> None:
        if self._stop.is_set():
            return
        while (choice := self._choose()) is not None:
            slot, job = choice
            self._hand(slot, partial(self._execute_fresh if job.fresh else self._execute, slot, job))
        if not any(slot.worker or slot.starting for slot in self._slots):
            for slot in self._slots:
                slot.broken = False
        waiting = min(len(self._pending), len(self._slots)) - sum(slot.starting for slot in self._slots)
        for slot in self._slots:
            if waiting > 0 and not slot.busy and not slot.broken and slot.worker is None:
                slot.starting = True
                self._hand(slot, partial(self._warm, slot))
                waiting -= 1

    def _choose(self) -> tuple[_Slot, Job] | None:
        idle = [slot for slot in self._slots if not slot.busy]
        if not idle:
            return None
        warm = [(slot, slot.worker) for slot in idle if slot.worker is not None]
        regular = bool(self._pending) and bool(warm)
        if self._fresh and self._fresh_free and not (regular and self._pending[0].number < self._fresh[0].number):
            self._fresh_free -= 1
            return min(idle, key=lambda slot: slot.worker is not None), self._fresh.popleft()
        if not regular:
            return None
        window = 1 if self._pending[0].passed_over >= PATIENCE else WINDOW
        best: tuple[int, int, _Slot] | None = None
        for place, job in enumerate(itertools.islice(self._pending, window)):
            for slot, worker in warm:
                missing = worker.missing(job.snapshot) if job.snapshot is not None else 0
                if best is None or missing < best[0]:
                    best = missing, place, slot
            if best is not None and best[0] == 0:
                break
        assert best is not None
        _, place, slot = best
        job = self._pending[place]
        del self._pending[place]
        if place:
            self._pending[0].passed_over += 1
        return slot, job

    def _hand(self, slot: _Slot, task: Callable[[], None]) -> None:
        slot.busy = True
        slot.inbox.put(task)
        if slot.thread is None:
            slot.thread = threading.Thread(target=self._serve, args=(slot,), name="gentzen-worker", daemon=True)
            slot.thread.start()

    # What follows runs in the slot's own thread.

    def _serve(self, slot: _Slot) -> None:
        while (task := slot.inbox.get()) is not None:
            task()
            del task  # an idle thread must not keep the last job's values alive
        if slot.worker is not None:
            slot.worker.close()
            slot.worker = None

    def _release(self, slot: _Slot, *, fresh: bool = False) -> None:
        """The slot's thread can be given something to do again. Every task calls it exactly once."""
        with self._lock:
            self._fresh_free += fresh
            slot.busy = slot.starting = False
            self._dispatch()

    def _is_spent(self, slot: _Slot) -> bool:
        worker = slot.worker
        if worker is None:
            return False
        if not worker.alive or worker.requests >= self._settings.recycle_requests:
            return True
        now = time.monotonic()
        if worker.requests == 0 or now - slot.weighed < WEIGH_SECONDS:
            return False
        slot.weighed = now
        return worker.rss() > self._recycle_rss

    def _start(self) -> Worker:
        """A new worker. Raises the last attempt's `MachineryError`, or what no second attempt would mend."""
        for attempt in itertools.count(1):
            try:
                worker = Worker(self._program, self._settings, stop=self._stop, audit=self._audit)
                break
            except MachineryError:
                if attempt >= self._settings.start_attempts or self._stop.is_set():
                    raise
        self._on_start(worker.info)
        return worker

    def _warm(self, slot: _Slot) -> None:
        """Start the slot's worker. When no worker can be had at all, whatever waits for one fails with the reason."""
        try:
            slot.worker = self._start()
        except BaseException as error:
            with self._lock:
                slot.starting, slot.broken = False, True  # else nobody would see that none is left
                others = any(other.worker or other.starting for other in self._slots)
                left = [] if others else list(self._pending)
                if not others:
                    self._pending.clear()
            for job in left:
                _fail(job, error)
        self._release(slot)

    def _execute(self, slot: _Slot, job: Job) -> None:
        if not job.set_running_or_notify_cancel():
            self._release(slot)
            return
        _, publish = self._attempt(slot, job)
        if not self._is_spent(slot):
            # Before the answer is out: whoever asks again at once must find the worker that holds his snapshot free.
            self._release(slot)
            publish()
            return
        publish()
        if slot.worker is not None:
            slot.worker.close()
            slot.worker = None
        self._release(slot)

    def _execute_fresh(self, slot: _Slot, job: Job) -> None:
        if job.set_running_or_notify_cancel():
            worker, publish = self._attempt(slot, job)
            publish()
            if worker is not None:
                if job.afterwards is not None and job.exception() is None:
                    job.afterwards(worker)
                worker.close()
        self._release(slot, fresh=True)

    def _attempt(self, slot: _Slot, job: Job) -> tuple[Worker | None, Callable[[], None]]:
        """The worker that was used last, and what hands the result or the failure to the job's future.

        Machinery failures are repeated once, on a new process: the request may be innocent.
        """
        for last in (False, True):
            try:
                if job.stop.is_set() or self._stop.is_set():
                    raise LimitHit("cancelled")
                if job.fresh:
                    worker = self._start()
                elif slot.worker is not None and slot.worker.alive:
                    worker = slot.worker
                else:
                    worker = slot.worker = self._start()
            except BaseException as error:
                return None, partial(job.set_exception, error)
            try:
                return worker, partial(job.set_result, job.work(worker, job.stop))
            except MachineryError as error:
                worker.kill()
                if last or self._stop.is_set():
                    return worker, partial(job.set_exception, error)
            except BaseException as error:
                if not isinstance(error, GentzenError):
                    worker.kill()
                return worker, partial(job.set_exception, error)
        raise AssertionError("unreachable")


def _fail(job: Job, error: BaseException) -> None:
    if job.set_running_or_notify_cancel():
        job.set_exception(error)
