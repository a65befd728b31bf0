"""One worker process and the protocol (docs/protocol.md): requests in, values or the right exception out."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any, NoReturn

from lean_project import environ, wire
from lean_project.errors import LimitHit, MachineryError, RequestError, UserError
from lean_project.model import (
    Command,
    Definition,
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
from lean_project.process import LineProcess
from lean_project.runtime import PoolSettings, RuntimeProgram, memory_limit
from lean_project.snapshots import Recipe, SnapshotTable, recipe

SLICE = 0.05
"""Seconds between two looks at the clock, the memory and the cancel flag while a request runs."""
TREE_EVERY = 10
"""Every so many looks the memory of all descendants is counted, which costs a scan of the process table."""
WRITE_SECONDS = 60.0
RELEASE_BATCH = 64
THEOREMS = 20_000
"""Library theorems in one answer, about 3 MB."""

_DEADLY_LIMITS = ("memory", "stack")


class Worker:
    """A running worker. Owned by one thread; only the events `stop` and `cancel` may be set from others.

    `stop`: set when everything ends; a request that runs then fails with `LimitHit("cancelled")` at once, its process
    killed. `cancel` (of a request): Lean is asked to stop, and killed after the grace time.
    `audit`: an auditor, which imports headers and replays documents and refuses to run anybody's code.

    Every request raises `LimitHit`, `RequestError`, or `MachineryError`. After a hard limit or a machinery failure the
    process is dead (`alive` is False) and the Worker must be replaced.

    The constructor waits until the program has answered. Raises `UserError` (it cannot be started, or not within the
    memory limit), `MachineryError` (it died or did not answer), `LimitHit("cancelled")`.
    """

    def __init__(
        self,
        program: RuntimeProgram,
        settings: PoolSettings | None = None,
        *,
        stop: threading.Event | None = None,
        audit: bool = False,
    ) -> None:
        self._program = program
        self._settings = settings or PoolSettings()
        self._stop = stop or threading.Event()
        self._audit = audit
        self._memory_limit = memory_limit(program, self._settings)
        self._snapshots = SnapshotTable(self._settings.snapshots_per_worker)
        self._garbage: list[int] = []
        self.requests = 0
        env = program.env if program.env is not None else environ.child_environment()
        self._process = LineProcess(program.argv, name=program.name, cwd=program.cwd, env=env)
        try:
            self.info = self._greet()
        except BaseException:
            self.kill()
            raise

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        return self._process.alive

    def rss(self) -> int:
        """Resident bytes of the process and its descendants."""
        return self._process.rss(tree=True)

    def missing(self, snapshot: Snapshot) -> int:
        """Steps to rebuild the snapshot on this worker; 0: it is held."""
        return self._snapshots.missing(recipe(snapshot))

    def open(self, code: str, limits: Limits, cancel: threading.Event | None = None) -> Opened:
        opened, number = self._open(code, limits, cancel)
        if opened.snapshot is not None and number is not None:
            self._hold(recipe(opened.snapshot), number)
        return opened

    def elaborate(
        self,
        snapshot: Snapshot,
        code: str,
        limits: Limits,
        *,
        goals: bool = False,
        keep: bool = False,
        hold: bool = False,
        cancel: threading.Event | None = None,
    ) -> Elaboration:
        """`Session.elaborate` on this worker. Rebuilding `snapshot` here is not on the request's clock.

        `keep` keeps the states after each command, `hold` only the last one.
        """
        if not code or code.isspace():  # Lean's parser would miss a command in it
            return Elaboration((), snapshot.then(code))
        base = recipe(snapshot)
        number = self._build(base, cancel)
        reply = self._elab(number, code, limits, cancel, goals=goals, keep=keep)
        commands: tuple[Command, ...] = self._read(wire.commands, reply["commands"])
        result = Elaboration(commands, snapshot.then(code), float(reply["lean_seconds"]))
        # A recipe says nothing of heartbeats: a state is the recipe's own only if their bound cannot have changed it.
        if not limits.heartbeats or not result.has_error:
            if keep:
                text = code.encode()
                for record, following in pairwise(reply["commands"]):
                    self._hold((*base, text[: following["start"]].decode()), record["snapshot"])
            if keep or hold:
                self._hold(recipe(result.snapshot), reply["snapshot"])
        self._garbage += _numbers(reply)
        return result

    def evaluate(
        self, snapshot: Snapshot, code: str, name: str, limits: Limits, cancel: threading.Event | None = None
    ) -> Evaluation:
        """`Session.evaluate` on this worker. Rebuilding `snapshot` here is not on the request's clock."""
        number = self._build(recipe(snapshot), cancel)
        self._refuse_auditing()
        fields = {
            "snapshot": number,
            "code": code,
            "name": name,
            "heartbeats": limits.heartbeats or 0,
            "seconds": limits.seconds,
        }
        reply = self._request("eval", fields, limits, cancel)
        if self._read(lambda: reply["timed_out"]) is not None:
            raise LimitHit("seconds", limits.seconds)
        answer: Evaluation = self._read(wire.evaluation, reply)
        return answer

    def lookup(
        self, snapshot: Snapshot, names: Iterable[str], limits: Limits, cancel: threading.Event | None = None
    ) -> Document:
        fields = {"snapshot": self._build(recipe(snapshot), cancel), "names": list(names)}
        document: Document = self._read(wire.document, self._request("lookup", fields, limits, cancel).get("document"))
        return document

    def theorems(
        self, snapshot: Snapshot, start: int, limits: Limits, cancel: threading.Event | None = None
    ) -> tuple[list[LibraryTheorem], int | None]:
        """The next theorems from module number `start` on, and the module to go on with (None: that was all)."""
        fields = {"snapshot": self._build(recipe(snapshot), cancel), "from": start, "most": THEOREMS}
        reply = self._request("theorems", fields, limits, cancel)
        page: tuple[list[LibraryTheorem], int | None] = self._read(wire.theorems, reply)
        return page

    def export(self, snapshot: Snapshot, limits: Limits, cancel: threading.Event | None = None) -> Document:
        number = self._build(recipe(snapshot), cancel)
        document = self._request("export", {"snapshot": number}, limits, cancel).get("document")
        if not isinstance(document, dict):
            self._broken("an export without a document")
        return document

    def replay(self, header: str, document: Document, limits: Limits, cancel: threading.Event | None = None) -> Replay:
        """Auditors only. Importing `header` is not on the request's clock."""
        number = self._build((header,), cancel)
        fields = {"snapshot": number, "document": document, "seconds": limits.seconds}
        answer: Replay = self._read(wire.replay, self._request("replay", fields, limits, cancel))
        return answer

    def stats(self) -> dict[str, Any]:
        """The program's own account: `rss`, `heap` (bytes), `snapshots`, `requests`."""
        return self._request("stats", {}, self._own_limits(), None)

    def kill(self) -> None:
        self._process.kill()

    def close(self, grace: float = 2.0) -> None:
        """Let the program end by itself (its stdin is closed), kill it after `grace` seconds. Idempotent."""
        self._process.close(grace)

    def _greet(self) -> RuntimeInfo:
        seconds = self._settings.start_seconds
        self._process.send({"hello": self._process.nonce}, time.monotonic() + WRITE_SECONDS)
        try:
            reply = self._wait(0, time.monotonic() + seconds, seconds, None)
        except LimitHit as limit:
            if limit.kind == "seconds":
                raise MachineryError(
                    f"the worker process {self._program.name} did not answer within {seconds:g} s of its start "
                    f"({self._process.noise} other lines came)",
                    stderr_tail=self._process.stderr_tail,
                ) from limit
            if limit.kind == "memory":
                raise UserError(
                    f"The runtime {self._program.name} does not even start within the memory limit of "
                    f"{self._memory_limit} bytes a worker. Raise the limit."
                ) from limit
            raise
        self._check(reply, Limits(seconds))
        info: RuntimeInfo = self._read(wire.runtime_info, reply)
        return info

    def _own_limits(self) -> Limits:
        return Limits(self._settings.rebuild_seconds)

    def _build(self, wanted: Recipe, cancel: threading.Event | None) -> int:
        """The worker's number for a snapshot, built from the longest part of it that is held."""
        self._snapshots.use(wanted)
        built = self._snapshots.longest_prefix(wanted)
        number = self._snapshots.get(wanted[:built]) if built else None
        if number is None:
            header = str(wanted[0])
            opened, number = self._open(header, self._own_limits(), cancel)
            if opened.snapshot is None or number is None:
                said = "; ".join(message.text for message in opened.messages)
                raise RequestError(f"the header of a snapshot is in error: {said}")
            if header[len(opened.snapshot.header) :].strip():
                raise RequestError(f"the header of a snapshot goes on after it ended (at byte {opened.header_end})")
            self._hold(wanted[:1], number)
            built = 1
        for length in range(built + 1, len(wanted) + 1):
            piece = wanted[length - 1]
            if isinstance(piece, Definition):
                number = self._define(number, piece, cancel)
            else:
                number = int(self._elab(number, piece, self._own_limits(), cancel)["snapshot"])
            self._hold(wanted[:length], number)
        return number

    def _define(self, number: int, piece: Definition, cancel: threading.Event | None) -> int:
        self._refuse_auditing()
        limits = self._own_limits()
        fields = {"snapshot": number, "document": piece.document, "seconds": limits.seconds}
        reply = self._request("define", fields, limits, cancel)
        if refusal := self._read(wire.defined, reply):
            raise RequestError(refusal)
        return int(reply["snapshot"])

    def _open(self, code: str, limits: Limits, cancel: threading.Event | None) -> tuple[Opened, int | None]:
        """The answer and the worker's number for the snapshot; the caller holds it or not."""
        reply = self._request("open", {"code": code, "audit": self._audit}, limits, cancel)
        opened: Opened = self._read(wire.opened, reply, code)
        return opened, reply["snapshot"]

    def _elab(
        self,
        number: int,
        code: str,
        limits: Limits,
        cancel: threading.Event | None,
        *,
        goals: bool = False,
        keep: bool = False,
    ) -> dict[str, Any]:
        """The reply of an `elab` that got to the end of the code."""
        self._refuse_auditing()
        if len(self._garbage) >= RELEASE_BATCH:
            numbers = sorted(set(self._garbage) - self._snapshots.numbers())
            self._garbage.clear()
            self._request("release", {"snapshots": numbers}, self._own_limits(), None)
        fields = {
            "snapshot": number,
            "code": code,
            "keep": keep,
            "goals": goals,
            "heartbeats": limits.heartbeats or 0,
            "seconds": limits.seconds,
        }
        reply = self._request("elab", fields, limits, cancel)
        try:
            if reply["timed_out"] is not None:
                self._garbage += _numbers(reply)
                raise LimitHit("seconds", limits.seconds)
            if not isinstance(reply["snapshot"], int):
                raise TypeError("no snapshot after the last command")
            float(reply["lean_seconds"]), _numbers(reply)
        except (KeyError, TypeError, ValueError) as error:
            self._broken(f"an answer of another shape than the protocol's ({error!r})")
        return reply

    def _refuse_auditing(self) -> None:
        if self._audit:
            raise RequestError("an auditor elaborates nothing")

    def _hold(self, of: Recipe, number: int) -> None:
        self._snapshots.use(of)
        self._garbage += self._snapshots.add(of, number)

    def _request(
        self, op: str, fields: dict[str, Any], limits: Limits, cancel: threading.Event | None
    ) -> dict[str, Any]:
        """One request and its ok reply."""
        if self._stop.is_set() or (cancel is not None and cancel.is_set()):
            raise LimitHit("cancelled")
        self.requests += 1
        try:
            request = {"id": self.requests, "op": op, **fields}
            self._process.send(request, time.monotonic() + WRITE_SECONDS)
            hard = time.monotonic() + limits.seconds + self._settings.grace_seconds
            reply = self._wait(self.requests, hard, limits.seconds, cancel)
        except RequestError:  # nothing was sent
            raise
        except BaseException:  # an answer may still be on its way: this process cannot be asked anything more
            self.kill()
            raise
        self._check(reply, limits)
        return reply

    def _wait(self, number: int, hard: float, seconds: float, cancel: threading.Event | None) -> dict[str, Any]:
        """The next reply. On a limit it raises, and the caller kills the process."""
        cancel_by: float | None = None
        looks = 0
        while (reply := self._process.receive(min(hard, time.monotonic() + SLICE))) is None:
            now = time.monotonic()
            looks += 1
            if self._stop.is_set() or (cancel_by is not None and now >= cancel_by):
                raise LimitHit("cancelled")
            if now >= hard:
                raise LimitHit("seconds", seconds)
            if cancel is not None and cancel.is_set() and cancel_by is None:
                cancel_by = now + self._settings.grace_seconds
                self._process.send({"id": number, "op": "cancel", "target": number}, cancel_by)
            if self._process.rss(tree=looks % TREE_EVERY == 0) > self._memory_limit:
                raise LimitHit("memory", self._memory_limit)
        if reply.get("id") != number:
            self._broken(f"an answer to request {reply.get('id')!r} instead of {number}")
        return reply

    def _check(self, reply: dict[str, Any], limits: Limits) -> None:
        """Raise what a refusal stands for."""
        if reply.get("ok") is True:
            return
        error = reply.get("error")
        if reply.get("ok") is not False or not isinstance(error, dict):
            self._broken("an answer that is neither ok nor an error")
        kind, what, message = error.get("kind"), error.get("what"), str(error.get("message") or "")
        if kind == "request":
            raise RequestError(message)
        bounds = {
            "seconds": limits.seconds,
            "heartbeats": limits.heartbeats,
            "memory": self._memory_limit,
            "stack": None,
            "cancelled": None,
        }
        if kind == "limit" and what in bounds:
            if what in _DEADLY_LIMITS:
                self.kill()
            own = error.get("limit")
            bound = own if isinstance(own, int) else bounds[what]
            raise LimitHit(what, bound, message if what in _DEADLY_LIMITS else "")
        self._broken(f"a failure of its own: {message or what or kind}")

    def _read(self, decode: Callable[..., Any], *values: Any) -> Any:
        try:
            return decode(*values)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            self._broken(f"an answer of another shape than the protocol's ({error!r})")

    def _broken(self, what: str) -> NoReturn:
        self.kill()
        raise MachineryError(
            f"the worker process {self._program.name} (pid {self.pid}) gave {what}",
            stderr_tail=self._process.stderr_tail,
        )


def _numbers(reply: dict[str, Any]) -> list[int]:
    """The numbers of all snapshots that the worker made for this reply."""
    made = [reply["snapshot"], *(record["snapshot"] for record in reply["commands"])]
    return [number for number in made if number is not None]
