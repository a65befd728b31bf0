"""The session over the machines of a Ray cluster: each actor holds a session with one Lean worker and its auditor.

Snapshots are recipes, so any node can rebuild them, and requests go where their snapshot was last, or wherever nothing
is to be done. A node that dies costs what it was just doing: that is asked once more elsewhere, and Ray starts its
actor again on what is left. Nodes run the trusted check's auditor, so they must be machines that you trust.
"""

from __future__ import annotations

import itertools
import logging
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

from lean_project import environ
from lean_project.errors import LimitHit, MachineryError, RequestError, UserError
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

LIMITS = Limits()
START_SECONDS = 600.0
"""For an actor's first answer: Ray starts its process, and a node may have to install Lean."""
GRACE_SECONDS = 120.0
"""Beyond a request's own limit, until an answer that does not come counts as lost with its node."""
RETRY_SECONDS = 1.0
"""Between two looks at whether Ray has started an actor again."""
SNAPSHOTS = 4096
"""Snapshots whose last place is remembered."""
_ELABORATE, _AUDIT = "elaborate", "audit"


def connect(address: str, cores: int | None = None) -> Any:
    """The module `ray`, connected. `address`: "local" for a cluster of this machine alone, with `cores` CPUs (None:
    all), else as `ray.init` takes it. A connection that there is already is used.

    Raises UserError when Ray is not installed or the cluster cannot be reached.
    """
    try:
        import ray
    except ImportError as error:
        raise UserError("A cluster needs Ray: pip install 'gentzen[cluster]', on every node.") from error
    if not ray.is_initialized():
        environ.send_no_statistics()
        local = address == "local"
        try:
            ray.init(
                address=None if local else address,
                num_cpus=cores if local else None,
                include_dashboard=False if local else None,
                log_to_driver=False,
                logging_level=logging.ERROR,
            )
        except (ConnectionError, ValueError, RuntimeError) as error:
            raise UserError(
                f"The Ray cluster {address} cannot be reached: {error}. Start one with `ray start --head`, or use "
                "`local` as its address."
            ) from error
    return ray


def cluster_cores(address: str) -> int:
    """CPUs that the cluster offers, one at least. Raises UserError."""
    return max(1, int(connect(address).cluster_resources().get("CPU", 1)))


def fault(error: Exception) -> str:
    """What Ray says of a loss, in a line: its first one, and the last one, which names the cause."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {': '.join(dict.fromkeys([*lines[:1], *lines[-1:]]))}"


class Holder:
    """What runs in an actor: a session, made there. Errors come back as values, since exceptions lose their fields on
    the way."""

    def __init__(self, make: Callable[[], Session]) -> None:
        self._session = make()
        self._running: dict[int, Future[Any]] = {}
        self._cancelled: set[int] = set()
        self._lock = threading.Lock()

    def info(self) -> RuntimeInfo:
        return self._session.info

    def ask(self, number: int, method: str, arguments: tuple[Any, ...], named: dict[str, Any]) -> tuple[str, Any]:
        try:
            found = getattr(self._session, method)(*arguments, **named)
            if isinstance(found, Future):
                found = self._waited(number, found)
            return "answer", list(found) if method == "theorems" else found
        except LimitHit as hit:
            return "limit", (hit.kind, hit.limit, hit.detail)
        except MachineryError as error:
            return "machinery", (str(error).partition("\nlast lines")[0], error.stderr_tail)
        except RequestError as error:
            return "request", (str(error),)

    def _waited(self, number: int, future: Future[Any]) -> Any:
        with self._lock:
            self._running[number] = future
            cancelled = number in self._cancelled
        if cancelled:
            self._session.cancel(future)
        try:
            return future.result()
        finally:
            with self._lock:
                self._running.pop(number, None)
                self._cancelled.discard(number)

    def cancel(self, number: int) -> None:
        with self._lock:
            future = self._running.get(number)
            self._cancelled.add(number)
        if future is not None:
            self._session.cancel(future)

    def close(self) -> None:
        self._session.close()


_ERRORS: dict[str, Callable[..., Exception]] = {
    "limit": LimitHit,
    "machinery": lambda text, tail: MachineryError(text, stderr_tail=tail),
    "request": RequestError,
}


class Task(Future[Any]):
    """A request. `home`: the snapshot whose last place is best, None where it makes no difference."""

    def __init__(self, number: int, method: str, arguments: tuple[Any, ...], named: dict[str, Any]) -> None:
        super().__init__()
        self.number, self.method, self.arguments, self.named = number, method, arguments, named
        self.home = next((each for each in arguments if isinstance(each, Snapshot)), None)
        limits = next((each for each in arguments if isinstance(each, Limits)), LIMITS)
        self.seconds = limits.seconds
        self.place: int | None = None
        self.stopped = False
        self.losses = 0


@dataclass
class _Lane:
    """Requests of one kind (for elaborators, for auditors) that wait: for an actor of choice, or for any."""

    own: list[deque[Task]]
    shared: deque[Task]

    def put(self, task: Task, place: int | None) -> None:
        (self.shared if place is None else self.own[place]).append(task)

    def take(self, place: int) -> Task | None:
        """The next request for an actor: its own, one for any, and one that waits too long for another."""
        longest = max(self.own, key=len)
        for waiting in (self.own[place], self.shared, longest):
            if waiting:
                return waiting.popleft()
        return None

    def drain(self) -> list[Task]:
        found = [task for waiting in (*self.own, self.shared) for task in waiting]
        for waiting in (*self.own, self.shared):
            waiting.clear()
        return found


class RaySession:
    """`lean_project.session.Session` over `actors` actors. `make` makes the session of an actor; it is sent to the
    nodes, which need gentzen installed. Close it, or use it as a context manager.

    Raises UserError when Ray is not installed or the cluster cannot be reached.
    """

    def __init__(self, make: Callable[[], Session], actors: int, address: str = "local") -> None:
        self._ray = connect(address, actors)
        # Several at once in an actor: an elaboration, an audit, and the word that one of them is not wanted any more.
        remote = self._ray.remote(num_cpus=1, max_restarts=-1, max_task_retries=0, max_concurrency=4)(Holder)
        self._actors = [remote.remote(make) for _ in range(actors)]
        self._numbers = itertools.count()
        self._places: OrderedDict[str, int] = OrderedDict()
        self._changed = threading.Condition()
        self._closed = False
        self._ended = threading.Event()
        self._info: RuntimeInfo | None = None
        self._running: set[Task] = set()
        self._lanes = {name: _Lane([deque() for _ in range(actors)], deque()) for name in (_ELABORATE, _AUDIT)}
        for name, place in itertools.product(self._lanes, range(actors)):
            title = f"gentzen-cluster-{name}-{place}"
            threading.Thread(target=self._serve, args=(name, place), name=title, daemon=True).start()

    # ---- The session -------------------------------------------------------------------------------------------------

    @property
    def info(self) -> RuntimeInfo:
        if self._info is None:
            opened = self._task("open", ("", Limits(START_SECONDS)), {})
            opened.result()
            self._info = self._ray.get(self._actors[opened.place or 0].info.remote(), timeout=START_SECONDS)
        return self._info

    @property
    def workers(self) -> int:
        return len(self._actors)

    def open(self, code: str, limits: Limits = LIMITS) -> Opened:
        return cast(Opened, self._ask("open", code, limits))

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
        named = {"goals": goals, "keep": keep, "fresh": fresh}
        return self._task("submit_elaborate", (snapshot, code, limits), named)

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
        return self._task("submit_evaluate", (snapshot, code, name, limits), {})

    def evaluate(self, snapshot: Snapshot, code: str, name: str, limits: Limits = LIMITS) -> Evaluation:
        return cast(Evaluation, self._wait(self.submit_evaluate(snapshot, code, name, limits)))

    def lookup(self, snapshot: Snapshot, names: Iterable[str], limits: Limits = LIMITS) -> Document:
        return cast(Document, self._ask("lookup", snapshot, tuple(names), limits))

    def theorems(self, snapshot: Snapshot, limits: Limits = LIMITS) -> Iterator[list[LibraryTheorem]]:
        yield from self._ask("theorems", snapshot, limits)

    def export(self, snapshot: Snapshot, limits: Limits = LIMITS, *, fresh: bool = False) -> Document:
        return cast(Document, self._wait(self._task("export", (snapshot, limits), {"fresh": fresh})))

    def replay(self, header: str, document: Document, limits: Limits = LIMITS) -> Replay:
        return cast(Replay, self._wait(self._task("replay", (header, document, limits), {}, lane=_AUDIT)))

    def cancel(self, future: Future[Any]) -> None:
        if not isinstance(future, Task) or future.done():
            return
        with self._changed:
            future.stopped = True
            for lane in self._lanes.values():
                for waiting in (*lane.own, lane.shared):
                    if future in waiting:
                        waiting.remove(future)
                        future.set_exception(LimitHit("cancelled"))
                        return
            place = future.place
        if place is not None:
            with suppress(Exception):  # an actor that is gone does not do it any more
                self._actors[place].cancel.remote(future.number)

    def close(self) -> None:
        """End every actor. What is under way ends as cancelled. Idempotent."""
        with self._changed:
            if self._closed:
                return
            self._closed = True
            self._ended.set()
            pending = [task for lane in self._lanes.values() for task in lane.drain()] + list(self._running)
            self._changed.notify_all()
        for task in pending:
            _settle(task, error=LimitHit("cancelled"))
        closing = [actor.close.remote() for actor in self._actors]
        with suppress(Exception):  # what does not end by itself is ended below
            self._ray.wait(closing, num_returns=len(closing), timeout=10.0)
        for actor in self._actors:
            with suppress(Exception):
                self._ray.kill(actor)

    def __enter__(self) -> RaySession:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ---- Requests ----------------------------------------------------------------------------------------------------

    def _ask(self, method: str, *arguments: Any) -> Any:
        return self._wait(self._task(method, arguments, {}))

    def _wait(self, future: Future[Any]) -> Any:
        try:
            return future.result()
        except BaseException:  # Ctrl-C among them: nobody waits for the answer any more
            self.cancel(future)
            raise

    def _task(self, method: str, arguments: tuple[Any, ...], named: dict[str, Any], *, lane: str = _ELABORATE) -> Task:
        task = Task(next(self._numbers), method, arguments, named)
        with self._changed:
            if self._closed:
                raise RequestError("the session is closed")
            place = None if task.home is None else self._places.get(task.home.key)
            self._lanes[lane].put(task, place)
            self._changed.notify_all()
        return task

    def _serve(self, name: str, place: int) -> None:
        """The requests of one kind to one actor, one after the other."""
        while (task := self._next(name, place)) is not None:
            try:
                kind, value = self._put(task, place)
            except self._ray.exceptions.RayError as error:
                self._lost(task, name, fault(error))
                self._revive(place)
                continue
            except Exception as error:  # nothing that Ray does may leave a request without an answer
                kind, value = "machinery", (f"the cluster failed: {type(error).__name__}: {error}", "")
            with self._changed:
                self._running.discard(task)
                if kind == "answer":
                    self._remember(task, value, place)
            if kind == "answer":
                _settle(task, value)
            else:
                _settle(task, error=_ERRORS[kind](*value))

    def _next(self, name: str, place: int) -> Task | None:
        """The next request for an actor, waited for; None when the session is closed."""
        with self._changed:
            while True:
                while (task := self._lanes[name].take(place)) is None and not self._closed:
                    self._changed.wait()
                if task is None:
                    return None
                if task.losses or task.set_running_or_notify_cancel():
                    task.place = place
                    self._running.add(task)
                    return task

    def _put(self, task: Task, place: int) -> tuple[str, Any]:
        if task.stopped or self._closed:
            return "limit", ("cancelled", None, "")
        asked = self._actors[place].ask.remote(task.number, task.method, task.arguments, task.named)
        # The first answer of an actor may wait for its start.
        patience = task.seconds + (GRACE_SECONDS if self._info is not None else START_SECONDS)
        found: tuple[str, Any] = self._ray.get(asked, timeout=patience)
        return found

    def _lost(self, task: Task, name: str, said: str) -> None:
        """A request whose actor died is put again, to whichever actor is free. One node may take all actors with it,
        and each says so only when it is asked: a request that meets every one of them must not be lost for that."""
        task.losses += 1
        with self._changed:
            self._running.discard(task)
            again = task.losses <= len(self._actors) and not self._closed
            if again:
                self._lanes[name].shared.appendleft(task)
                self._changed.notify_all()
        if not again:
            _settle(task, error=MachineryError(f"workers of the cluster were lost {task.losses} times: {said}"))

    def _revive(self, place: int) -> None:
        """Wait until Ray has started an actor again, which may be long where the nodes that are left have no room.
        Asked before that, it would lose the next request, too."""
        while not self._ended.wait(RETRY_SECONDS):
            with suppress(self._ray.exceptions.RayError):
                self._ray.get(self._actors[place].info.remote(), timeout=START_SECONDS)
                return

    def _remember(self, task: Task, value: Any, place: int) -> None:
        """Where the states that a request made or used are to be found."""
        after = value.snapshot if isinstance(value, Elaboration | Opened) else None
        for snapshot in (task.home, after):
            if snapshot is not None:
                self._places[snapshot.key] = place
                self._places.move_to_end(snapshot.key)
        while len(self._places) > SNAPSHOTS:
            self._places.popitem(last=False)


def _settle(task: Task, value: Any = None, error: Exception | None = None) -> None:
    """Give a request its answer, unless it has one."""
    with suppress(InvalidStateError):  # it was cancelled or closed meanwhile
        if error is not None:
            task.set_exception(error)
        else:
            task.set_result(value)
