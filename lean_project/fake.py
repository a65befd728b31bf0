"""A session without Lean: a script answers, deterministically and in this process. For unit tests of what uses one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from types import TracebackType
from typing import Any

from lean_project.errors import LimitHit, RequestError
from lean_project.model import (
    Command,
    Document,
    Elaboration,
    Evaluation,
    Goal,
    Hole,
    LibraryTheorem,
    Limits,
    Message,
    Opened,
    Position,
    Replay,
    RuntimeInfo,
    Severity,
    Snapshot,
)

LIMITS = Limits()

Script = Callable[[Snapshot, str], Sequence[Command]]
"""What elaborating code on a snapshot gives; it may raise any error of `lean_project.errors`, or `Hang`."""


class Hang(Exception):  # noqa: N818 (it is an instruction to the fake, not an error)
    """Raised by a script: Lean never answers. The request ends with its seconds, a cancel, or the session."""


class FakeSession:
    """`lean_project.session.Session` over a script.

    A script runs in the thread that submits, so the future is done when it comes back (unless the script hangs).
    `calls` lists what was elaborated, in order. `header` splits off the header of a file, by default its leading
    `import` lines; `document`, `replayed`, `evaluated` (snapshot, code, name) and `found` (snapshot, names) answer
    `export`, `replay`, `evaluate` and `lookup`, `library` answers `theorems`. Like a script, they may raise errors, and
    `evaluated` also `Hang`.
    By default everything evaluates to a stuck term, and no constant is found.
    """

    def __init__(
        self,
        script: Script,
        *,
        header: Callable[[str], Opened] | None = None,
        document: Callable[[Snapshot], Document] | None = None,
        replayed: Callable[[str, Document], Replay] | None = None,
        evaluated: Callable[[Snapshot, str, str], Evaluation] | None = None,
        found: Callable[[Snapshot, tuple[str, ...]], Document] | None = None,
        library: Callable[[Snapshot], list[LibraryTheorem]] | None = None,
        workers: int = 1,
        info: RuntimeInfo | None = None,
    ) -> None:
        self.calls: list[tuple[Snapshot, str]] = []
        self._script = script
        self._header = header or plain_header
        self._document = document or (lambda snapshot: empty_document())
        self._replayed = replayed or (lambda header, document: Replay(True))
        self._evaluated = evaluated or (lambda snapshot, code, name: Evaluation(None))
        self._library = library or (lambda snapshot: [])
        self._found = found or (lambda snapshot, names: empty_document())
        self._workers = workers
        self._info = info or RuntimeInfo("fake", "0.0.0")
        self._hanging: dict[Future[Any], threading.Timer] = {}
        self._lock = threading.Lock()
        self._closed = False

    @property
    def info(self) -> RuntimeInfo:
        return self._info

    @property
    def workers(self) -> int:
        return self._workers

    def open(self, code: str, limits: Limits = LIMITS) -> Opened:
        self._check_open()
        return self._header(code)

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
        self._check_open()
        with self._lock:
            self.calls.append((snapshot, code))

        def answer() -> Elaboration:
            commands = tuple(self._script(snapshot, code))
            if not goals:
                commands = tuple(_without_goals(command) for command in commands)
            return Elaboration(commands, snapshot.then(code))

        return self._submit(answer, limits)

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
        return self.submit_elaborate(snapshot, code, limits, goals=goals, keep=keep, fresh=fresh).result()

    def submit_evaluate(self, snapshot: Snapshot, code: str, name: str, limits: Limits = LIMITS) -> Future[Evaluation]:
        self._check_open()
        return self._submit(lambda: self._evaluated(snapshot, code, name), limits)

    def evaluate(self, snapshot: Snapshot, code: str, name: str, limits: Limits = LIMITS) -> Evaluation:
        return self.submit_evaluate(snapshot, code, name, limits).result()

    def lookup(self, snapshot: Snapshot, names: Iterable[str], limits: Limits = LIMITS) -> Document:
        self._check_open()
        return self._found(snapshot, tuple(names))

    def theorems(self, snapshot: Snapshot, limits: Limits = LIMITS) -> Iterator[list[LibraryTheorem]]:
        self._check_open()
        yield self._library(snapshot)

    def export(self, snapshot: Snapshot, limits: Limits = LIMITS, *, fresh: bool = False) -> Document:
        self._check_open()
        return self._document(snapshot)

    def replay(self, header: str, document: Document, limits: Limits = LIMITS) -> Replay:
        self._check_open()
        return self._replayed(header, document)

    def cancel(self, future: Future[Any]) -> None:
        self._end(future, LimitHit("cancelled"))

    def close(self) -> None:
        self._closed = True
        for future in list(self._hanging):
            self._end(future, LimitHit("cancelled"))

    def __enter__(self) -> FakeSession:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _check_open(self) -> None:
        if self._closed:
            raise RequestError("the session is closed")

    def _submit(self, answer: Callable[[], Any], limits: Limits) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_running_or_notify_cancel()
        try:
            result = answer()
        except Hang:
            self._hang(future, limits.seconds)
        except Exception as error:
            future.set_exception(error)
        else:
            future.set_result(result)
        return future

    def _hang(self, future: Future[Any], seconds: float) -> None:
        timer = threading.Timer(seconds, self._end, (future, LimitHit("seconds", seconds)))
        timer.daemon = True
        with self._lock:
            self._hanging[future] = timer
        timer.start()

    def _end(self, future: Future[Any], limit: LimitHit) -> None:
        with self._lock:
            timer = self._hanging.pop(future, None)
        if timer is not None:
            timer.cancel()
            future.set_exception(limit)


def plain_header(code: str) -> Opened:
    """The leading lines that are blank or begin with `import `, as a header without errors."""
    lines = code.splitlines(keepends=True)
    length = 0
    imports: list[str] = []
    for line in lines:
        if line.strip() and not line.startswith("import "):
            break
        length += len(line)
        imports += line.split()[1:]
    header = code[:length]
    return Opened(Snapshot(header), len(header.encode()), tuple(imports))


def empty_document() -> Document:
    return {"names": [None], "levels": [], "exprs": [], "constants": []}


def command(
    start: int,
    end: int,
    *,
    kind: str = "Lean.Parser.Command.declaration",
    messages: Iterable[Message] = (),
    holes: Iterable[Hole] = (),
    declares: Iterable[str] = (),
) -> Command:
    return Command(kind, start, end, tuple(messages), tuple(holes), tuple(declares))


def error(text: str, line: int = 1, column: int = 0, *, kind: str = "") -> Message:
    return Message(Severity.ERROR, text, Position(line, column), None, kind)


def sorry_warning(line: int = 1, column: int = 0) -> Message:
    return Message(Severity.WARNING, "declaration uses `sorry`", Position(line, column), None, "hasSorry")


def hole(code: str, start: int, *goals: str, declaration: str = "", syntax: str = "tactic", prop: bool = True) -> Hole:
    """The `sorry` at byte `start` of `code`, with goals of these texts."""
    data = code.encode()
    if data[start : start + 5] != b"sorry":
        raise ValueError(f"there is no `sorry` at byte {start}")
    before = data[:start].decode()
    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1)
    found = tuple(Goal(text, prop) for text in goals)
    return Hole(start, start + 5, Position(line, column), syntax, declaration, found)


def _without_goals(value: Command) -> Command:
    if not any(each.goals for each in value.holes):
        return value
    bare = tuple(Hole(each.start, each.end, each.position, each.syntax, each.declaration) for each in value.holes)
    return Command(value.kind, value.start, value.end, value.messages, bare, value.declarations)
