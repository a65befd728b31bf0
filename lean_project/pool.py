"""The session over worker processes: elaborating workers, one auditor that never runs anybody's code, and a cache."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from types import TracebackType
from typing import Any, cast

from lean_project.cache import ElaborationCache, elaboration_key, evaluation_key
from lean_project.crew import Crew, Job
from lean_project.errors import GentzenError
from lean_project.model import (
    Document,
    Elaboration,
    Evaluation,
    LibraryTheorem,
    Limits,
    Opened,
    Replay,
    RuntimeInfo,
    Snapshot,
)
from lean_project.runtime import PoolSettings, RuntimeProgram, worker_count
from lean_project.worker import Worker

LIMITS = Limits()
DOCUMENTS = 8
"""Exports of fresh elaborations that are kept until somebody asks for them."""
OPENED = 256


class Pool:
    """`lean_project.session.Session` over processes of one runtime program. Close it, or use it as a context manager.

    `workers` elaborating processes (`PoolSettings`) and one auditor, each started with the first request that needs it.
    Equal requests are answered from `cache` (None: one in memory, for this pool alone), but never fresh ones.

    A fresh elaboration runs in a process started for it and ended after it. If Lean had no error, its export is made
    there and then, in the background, and given to the `export(..., fresh=True)` that normally follows, so that
    nothing is elaborated twice and no process waits for its caller.
    """

    def __init__(
        self, program: RuntimeProgram, settings: PoolSettings | None = None, *, cache: ElaborationCache | None = None
    ) -> None:
        settings = settings or PoolSettings()
        self.program = program
        self._cache = cache or ElaborationCache()
        self._workers = worker_count(program, settings)
        self._elaborators = Crew(program, settings, self._workers, on_start=self._started)
        self._auditor = Crew(program, settings, 1, audit=True, on_start=self._started)
        self._info: RuntimeInfo | None = None
        self._opened: OrderedDict[str, Opened] = OrderedDict()
        self._documents: OrderedDict[Snapshot, Future[Document | None]] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def info(self) -> RuntimeInfo:
        """What the first worker said of itself; starts one where there is none yet."""
        if self._info is None:
            self._wait(self._elaborators.submit(Job(lambda worker, stop: None)))
        assert self._info is not None
        return self._info

    @property
    def workers(self) -> int:
        return self._workers

    def open(self, code: str, limits: Limits = LIMITS) -> Opened:
        with self._lock:
            known = self._opened.get(code)
        if known is not None:
            return known
        opened: Opened = self._wait(self._elaborators.submit(Job(lambda worker, stop: worker.open(code, limits, stop))))
        if opened.snapshot is not None:
            with self._lock:
                self._opened[code] = opened
                _shorten(self._opened, OPENED)
        return opened

    def submit_elaborate(
        self,
        snapshot: Snapshot,
        code: str,
        limits: Limits = LIMITS,
        *,
        goals: bool = False,
        keep: bool = False,
        fresh: bool = False,
    ) -> Future[Elaboration]:
        if fresh:
            return self._submit_fresh(snapshot, code, limits, goals=goals, keep=keep)
        if (known := self._known(snapshot, code, limits, goals)) is not None:
            return _answered(known)

        def work(worker: Worker, stop: threading.Event) -> Elaboration:
            # Asked again: an equal request may have been answered while this one waited.
            if (known := self._known(snapshot, code, limits, goals)) is not None:
                return known
            result = worker.elaborate(snapshot, code, limits, goals=goals, keep=keep, cancel=stop)
            self._cache.put(self._key(worker.info, snapshot, code, limits, goals), result.commands, result.lean_seconds)
            return result

        return self._elaborators.submit(Job(work, snapshot=snapshot))

    def elaborate(
        self,
        snapshot: Snapshot,
        code: str,
        limits: Limits = LIMITS,
        *,
        goals: bool = False,
        keep: bool = False,
        fresh: bool = False,
    ) -> Elaboration:
        future = self.submit_elaborate(snapshot, code, limits, goals=goals, keep=keep, fresh=fresh)
        return cast(Elaboration, self._wait(future))

    def submit_evaluate(self, snapshot: Snapshot, code: str, name: str, limits: Limits = LIMITS) -> Future[Evaluation]:
        def known(info: RuntimeInfo) -> Evaluation | None:
            value = self._cache.get_evaluation(key(info))
            return None if value is None else replace(value, cached=True)

        def key(info: RuntimeInfo) -> str:
            return evaluation_key(info, self.program.identity, snapshot, code, name, limits)

        if self._info is not None and (value := known(self._info)) is not None:
            return _answered(value)

        def work(worker: Worker, stop: threading.Event) -> Evaluation:
            if (value := known(worker.info)) is not None:
                return value
            result = worker.evaluate(snapshot, code, name, limits, stop)
            self._cache.put_evaluation(key(worker.info), result)
            return result

        return self._elaborators.submit(Job(work, snapshot=snapshot))

    def evaluate(self, snapshot: Snapshot, code: str, name: str, limits: Limits = LIMITS) -> Evaluation:
        return cast(Evaluation, self._wait(self.submit_evaluate(snapshot, code, name, limits)))

    def lookup(self, snapshot: Snapshot, names: Iterable[str], limits: Limits = LIMITS) -> Document:
        wanted = tuple(names)

        def work(worker: Worker, stop: threading.Event) -> Document:
            return worker.lookup(snapshot, wanted, limits, stop)

        return cast(Document, self._wait(self._elaborators.submit(Job(work, snapshot=snapshot))))

    def theorems(self, snapshot: Snapshot, limits: Limits = LIMITS) -> Iterator[list[LibraryTheorem]]:
        start: int | None = 0
        while start is not None:
            at = start

            def work(worker: Worker, stop: threading.Event, at: int = at) -> tuple[list[LibraryTheorem], int | None]:
                return worker.theorems(snapshot, at, limits, stop)

            page, start = self._wait(self._elaborators.submit(Job(work, snapshot=snapshot)))
            yield page

    def export(self, snapshot: Snapshot, limits: Limits = LIMITS, *, fresh: bool = False) -> Document:
        if fresh:
            with self._lock:
                made = self._documents.pop(snapshot, None)
            if made is not None and (document := made.result()) is not None:
                return document

        def work(worker: Worker, stop: threading.Event) -> Document:
            return worker.export(snapshot, limits, stop)

        return cast(Document, self._wait(self._elaborators.submit(Job(work, snapshot=snapshot, fresh=fresh))))

    def replay(self, header: str, document: Document, limits: Limits = LIMITS) -> Replay:
        def work(worker: Worker, stop: threading.Event) -> Replay:
            answer = worker.replay(header, document, limits, stop)
            if not answer.accepted:
                worker.kill()  # It has seen something hostile or broken. The next document gets another auditor.
            return answer

        return cast(Replay, self._wait(self._auditor.submit(Job(work, snapshot=Snapshot(header)))))

    def cancel(self, future: Future[Any]) -> None:
        if isinstance(future, Job):
            self._elaborators.cancel(future)

    def close(self) -> None:
        self._elaborators.close()
        self._auditor.close()
        self._cache.close()
        self._documents.clear()

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _submit_fresh(
        self, snapshot: Snapshot, code: str, limits: Limits, *, goals: bool, keep: bool
    ) -> Future[Elaboration]:
        result: Elaboration | None = None
        made: Future[Document | None] = Future()

        def work(worker: Worker, stop: threading.Event) -> Elaboration:
            nonlocal result
            result = worker.elaborate(snapshot, code, limits, goals=goals, keep=keep, hold=True, cancel=stop)
            if not result.has_error:
                with self._lock:
                    self._documents[result.snapshot] = made
                    _shorten(self._documents, DOCUMENTS)
            return result

        def afterwards(worker: Worker) -> None:
            document = None
            try:
                if result is not None and not result.has_error:
                    document = worker.export(result.snapshot, limits)
            except GentzenError:  # whoever asks for the export gets one made for him, and its own error
                pass
            finally:
                made.set_result(document)

        return self._elaborators.submit(Job(work, snapshot=snapshot, fresh=True, afterwards=afterwards))

    def _started(self, info: RuntimeInfo) -> None:
        if self._info is None:
            self._info = info

    def _key(self, info: RuntimeInfo, snapshot: Snapshot, code: str, limits: Limits, goals: bool) -> str:
        return elaboration_key(info, self.program.identity, snapshot, code, limits, goals=goals)

    def _known(self, snapshot: Snapshot, code: str, limits: Limits, goals: bool) -> Elaboration | None:
        if self._info is None:
            return None
        known = self._cache.get(self._key(self._info, snapshot, code, limits, goals))
        return None if known is None else Elaboration(known[0], snapshot.then(code), known[1], cached=True)

    def _wait(self, future: Future[Any]) -> Any:
        try:
            return future.result()
        except BaseException:  # Ctrl-C among them: nobody waits for the answer any more
            if isinstance(future, Job) and not future.done():
                future.stop.set()
            raise


def _answered(value: Any) -> Future[Any]:
    future: Future[Any] = Future()
    future.set_running_or_notify_cancel()
    future.set_result(value)
    return future


def _shorten(table: OrderedDict[Any, Any], length: int) -> None:
    while len(table) > length:
        table.popitem(last=False)
