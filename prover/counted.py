"""A session that counts what is asked of it, so that budgets and reports name every Lean call."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from typing import Any

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
from lean_project.session import Session

_LIMITS = Limits()


class CountedSession:
    """Passes everything on to `session`. `calls` counts the requests that the calling thread has made through it since
    it last set it to 0."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._local = threading.local()

    @property
    def calls(self) -> int:
        return getattr(self._local, "calls", 0)

    @calls.setter
    def calls(self, value: int) -> None:
        self._local.calls = value

    def _ask(self) -> None:
        """Before every request (of a library's theorems: with every page)."""
        self.calls += 1

    @property
    def info(self) -> RuntimeInfo:
        return self._session.info

    @property
    def workers(self) -> int:
        return self._session.workers

    def open(self, code: str, limits: Limits = _LIMITS) -> Opened:
        self._ask()
        return self._session.open(code, limits)

    def submit_elaborate(
        self,
        snapshot: Snapshot,
        code: str,
        limits: Limits = _LIMITS,
        *,
        goals: bool = False,
        keep: bool = False,
        fresh: bool = False,
    ) -> Future[Elaboration]:
        self._ask()
        return self._session.submit_elaborate(snapshot, code, limits, goals=goals, keep=keep, fresh=fresh)

    def elaborate(
        self,
        snapshot: Snapshot,
        code: str,
        limits: Limits = _LIMITS,
        *,
        goals: bool = False,
        keep: bool = False,
        fresh: bool = False,
    ) -> Elaboration:
        return self.submit_elaborate(snapshot, code, limits, goals=goals, keep=keep, fresh=fresh).result()

    def submit_evaluate(self, snapshot: Snapshot, code: str, name: str, limits: Limits = _LIMITS) -> Future[Evaluation]:
        self._ask()
        return self._session.submit_evaluate(snapshot, code, name, limits)

    def evaluate(self, snapshot: Snapshot, code: str, name: str, limits: Limits = _LIMITS) -> Evaluation:
        return self.submit_evaluate(snapshot, code, name, limits).result()

    def lookup(self, snapshot: Snapshot, names: Iterable[str], limits: Limits = _LIMITS) -> Document:
        self._ask()
        return self._session.lookup(snapshot, names, limits)

    def theorems(self, snapshot: Snapshot, limits: Limits = _LIMITS) -> Iterator[list[LibraryTheorem]]:
        for page in self._session.theorems(snapshot, limits):
            self._ask()
            yield page

    def export(self, snapshot: Snapshot, limits: Limits = _LIMITS, *, fresh: bool = False) -> Document:
        self._ask()
        return self._session.export(snapshot, limits, fresh=fresh)

    def replay(self, header: str, document: Document, limits: Limits = _LIMITS) -> Replay:
        self._ask()
        return self._session.replay(header, document, limits)

    def cancel(self, future: Future[Any]) -> None:
        self._session.cancel(future)

    def close(self) -> None:
        self._session.close()
