"""A toy Lean for unit tests: a session over a language small enough to know every answer.

Commands start at lines that begin with `theorem`, `example`, `def`, `namespace`, `end`, `#exit` or `#eval`. A theorem
`theorem NAME : STATEMENT := by TACTICS` is proved when TACTICS (blanks squeezed) is among `solutions[NAME]`; `sorry`
always passes, with Lean's warning. `def NAME := sorry` has a hole that is no proof.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from itertools import pairwise

from decompose.text import LineIndex
from lean_project.errors import LimitHit
from lean_project.model import (
    Command,
    Document,
    Elaboration,
    Goal,
    Hole,
    Limits,
    Message,
    Opened,
    Position,
    Replay,
    RuntimeInfo,
    Severity,
    Snapshot,
)

DECLARATION = "Lean.Parser.Command.declaration"
KINDS = {"namespace": "Lean.Parser.Command.namespace", "end": "Lean.Parser.Command.end"}
KINDS |= {"#exit": "Lean.Parser.Command.exit", "#eval": "Lean.Parser.Command.eval"}
_COMMAND = re.compile(r"^\s*(theorem|example|def|namespace|end|#exit|#eval)\b", re.MULTILINE)
_COMMENT = re.compile(r"/-.*?-/|--[^\n]*", re.DOTALL)


class ToyLean:
    """A `Session`. `faults(code)` may raise what an attempt fails with. `calls`: the codes elaborated so far."""

    def __init__(
        self,
        solutions: Mapping[str, Sequence[str]] | None = None,
        *,
        workers: int = 1,
        faults: Callable[[str], None] | None = None,
        enough_heartbeats: Mapping[str, int] | None = None,
        runtime: str = "fake",
    ) -> None:
        self.solutions = dict(solutions or {})
        self.info = RuntimeInfo(runtime, "4.0.0-toy")
        self.workers = workers
        self.calls: list[str] = []
        self.closed = False
        self._faults = faults
        self._enough = dict(enough_heartbeats or {})
        self._lock = threading.Lock()

    def open(self, code: str, limits: Limits = Limits()) -> Opened:  # noqa: B008
        match = re.match(r"(import \w+\n)*\n*", code)
        assert match
        header = match.group()
        if "import Missing" in header:
            message = Message(Severity.ERROR, "unknown module prefix 'Missing'", Position(1, 0))
            return Opened(None, len(header), ("Missing",), (message,))
        return Opened(Snapshot(header), len(header.encode()), tuple(re.findall(r"import (\w+)", header)))

    def submit_elaborate(
        self,
        snapshot: Snapshot,
        code: str,
        limits: Limits = Limits(),  # noqa: B008
        *,
        goals: bool = False,
        keep: bool = False,
        fresh: bool = False,
    ) -> Future[Elaboration]:
        future: Future[Elaboration] = Future()
        with self._lock:
            self.calls.append(code)
        try:
            if self._faults:
                self._faults(code)
            future.set_result(self._elaborate(snapshot, code, goals, limits))
        except Exception as error:
            future.set_exception(error)
        return future

    def elaborate(self, snapshot: Snapshot, code: str, limits: Limits = Limits(), **options: bool) -> Elaboration:  # noqa: B008
        return self.submit_elaborate(snapshot, code, limits, **options).result()

    def export(self, snapshot: Snapshot, limits: Limits = Limits(), *, fresh: bool = False) -> Document:  # noqa: B008
        raise NotImplementedError("the toy has no terms")

    def replay(self, header: str, document: Document, limits: Limits = Limits()) -> Replay:  # noqa: B008
        raise NotImplementedError("the toy has no kernel")

    def cancel(self, future: Future[Elaboration]) -> None:
        if not future.done():
            future.set_exception(LimitHit("cancelled"))

    def close(self) -> None:
        self.closed = True

    def _elaborate(self, snapshot: Snapshot, code: str, goals: bool, limits: Limits) -> Elaboration:
        for tactic, enough in self._enough.items():
            if limits.heartbeats and limits.heartbeats < enough and tactic in code:
                said = Message(Severity.ERROR, "too slow", Position(1, 0), kind="nested.runtime.maxHeartbeats")
                return Elaboration((Command(DECLARATION, 0, len(code.encode()), (said,)),), snapshot.then(code), 0.001)
        visible = _COMMENT.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), code)
        if "/-" in visible:
            visible = visible[: visible.index("/-")]
        starts = [match.start(1) for match in _COMMAND.finditer(visible)]
        index = LineIndex(code)
        commands: list[Command] = []
        for start, end in pairwise([*starts, len(visible)]):
            command = self._command(code, visible[start:end].rstrip(), start, index, goals)
            commands.append(command)
            if command.kind == KINDS["#exit"]:
                break
        return Elaboration(tuple(commands), snapshot.then(code), 0.001)

    def _command(self, code: str, text: str, at: int, index: LineIndex, goals: bool) -> Command:
        def offset(position: int) -> int:
            return len(code[: at + position].encode())

        start, end = offset(0), offset(len(text))
        word, *rest = text.split(maxsplit=2)
        if word in KINDS:
            failed = word == "#eval" and "boom" in text
            errors = (Message(Severity.ERROR, "could not evaluate", index.position(start)),) if failed else ()
            return Command(KINDS[word], start, end, errors)
        name = "_example" if word == "example" else rest[0]
        statement = re.search(r":(.*?):=", text, re.DOTALL)
        goal = Goal(f"n : Nat\n⊢ {statement.group(1).strip()}" if statement else "Nat", word != "def")
        holes: list[Hole] = []
        for match in re.finditer(r"\bsorry\b", text):
            tactic = "by" in text[: match.start()]
            first, last = offset(match.start()), offset(match.end())
            syntax = "tactic" if tactic else "term"
            shown = (Goal("⊢ Nat", False),) if "witness" in text[: match.start()].split("\n")[-1] else (goal,)
            holes.append(Hole(first, last, index.position(first), syntax, name, shown if goals else ()))
        messages = self._messages(word, name, text, bool(holes), index.position(start))
        return Command(DECLARATION, start, end, messages, tuple(holes), () if word == "example" else (name,))

    def _messages(self, word: str, name: str, text: str, holes: bool, at: Position) -> tuple[Message, ...]:
        if holes or "admit" in text:
            return (Message(Severity.WARNING, "declaration uses `sorry`", at, kind="hasSorry"),)
        proof = " ".join(text.partition(":=")[2].split()).removeprefix("by ").strip("() ")
        if word == "def" or proof in self.solutions.get(name, ()):
            return ()
        return (Message(Severity.ERROR, "unsolved goals\n⊢ False", at),)
