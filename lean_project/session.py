"""The one interface over every Lean runtime.

Implementations: `lean_project.pool.Pool` (worker processes, embedded or native) and `lean_project.fake.FakeSession`
(a script, for unit tests). `tests/contract/` holds all of them to the same behaviour.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from typing import Any, Protocol

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


class Session(Protocol):
    """Thread-safe. The `submit_*` methods return at once with a Future; the plain ones wait for it.

    Futures fail with `LimitHit` (which limit), `MachineryError` (after one retry on a fresh worker) or `RequestError`.
    Lean's own "no" is never an exception: it is in the messages. `Future.cancel()` takes a queued request out of the
    queue; `cancel(future)` also interrupts a running one, which then fails with `LimitHit("cancelled")`.
    """

    @property
    def info(self) -> RuntimeInfo: ...

    @property
    def workers(self) -> int: ...

    def open(self, code: str, limits: Limits = ...) -> Opened:
        """Read the header of `code` (its imports) and import it."""
        ...

    def submit_elaborate(
        self,
        snapshot: Snapshot,
        code: str,
        limits: Limits = ...,
        *,
        goals: bool = False,
        keep: bool = False,
        fresh: bool = False,
    ) -> Future[Elaboration]:
        """Elaborate `code` on `snapshot`.

        `goals`: report the goals at each hole, with their closed forms where the runtime can tell them. `keep`: the
        caller will build on the states after each command, so the worker keeps them (the states before the commands are
        `snapshot.then(code[:start])`, cut at command boundaries). `fresh`: use a process that has elaborated nothing of
        anybody else's, and no cached answer.
        """
        ...

    def elaborate(
        self,
        snapshot: Snapshot,
        code: str,
        limits: Limits = ...,
        *,
        goals: bool = False,
        keep: bool = False,
        fresh: bool = False,
    ) -> Elaboration: ...

    def submit_evaluate(self, snapshot: Snapshot, code: str, name: str, limits: Limits = ...) -> Future[Evaluation]:
        """Elaborate `code` on `snapshot` and let the kernel compute `name`, a `Nat` without parameters that it defines.

        Both parts are under the limits. The state afterwards is not kept. Answers are cached like elaborations.
        """
        ...

    def evaluate(self, snapshot: Snapshot, code: str, name: str, limits: Limits = ...) -> Evaluation: ...

    def lookup(self, snapshot: Snapshot, names: Iterable[str], limits: Limits = ...) -> Document:
        """The constants with these names (as Lean prints them), library ones too, without proofs.

        Names that the snapshot does not have are just not there.
        """
        ...

    def theorems(self, snapshot: Snapshot, limits: Limits = ...) -> Iterator[list[LibraryTheorem]]:
        """The theorems that the snapshot's header imports, in pages, each under the limits; names that Lean made up
        are left out. What several modules derived for themselves (equations of a definition) comes several times."""
        ...

    def export(self, snapshot: Snapshot, limits: Limits = ..., *, fresh: bool = False) -> Document:
        """The constants that the snapshot's code added to its imports, as a term document."""
        ...

    def replay(self, header: str, document: Document, limits: Limits = ...) -> Replay:
        """Hand every constant of `document` to the kernel on a fresh import of `header`, in the auditor process."""
        ...

    def cancel(self, future: Future[Any]) -> None: ...

    def close(self) -> None:
        """End every process. Queued requests fail with `LimitHit("cancelled")`. Idempotent."""
        ...
