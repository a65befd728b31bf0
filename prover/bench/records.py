"""What a bench run leaves behind: one JSON line for every statement examined and every attempt made, append-only.

Each shard of a run writes a file of its own in the run's folder; whoever reads takes all of them. A line is whole on
the disk before work goes on. Half a line (the process was killed) is passed over, and so is a second answer for a key.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Literal

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, ValidationError

from lean_project.errors import UserError

VERSION = 1
PREFIX = "records-"


class Outcome(StrEnum):
    """What became of a task, or of one attempt at it. Never merged."""

    PROVED = "proved"
    DISPROVED = "disproved"
    OPEN = "open"
    LIMIT = "limit"
    MACHINERY = "machinery"
    NOT_STATABLE = "not statable"


class Cause(StrEnum):
    """Why a problem cannot be put to this runtime. None of them says anything about the prover."""

    IMPORTS = "imports"
    """It imports what the runtime does not have."""
    ERROR = "error"
    """It does not elaborate here."""
    LIMIT = "limit"
    """Elaborating it as it stands does not end within the limits."""
    PROGRAM = "program"
    """It rests on a program, or a value, that is itself a `sorry`."""
    NO_TARGET = "no target"
    """It has no theorem that is open."""


class Gate(StrEnum):
    """What tests said of a statement before any proof was tried."""

    PASSED = "passed"
    VACUOUS = "vacuous"
    """The hypotheses held in no test."""
    REFUTED = "refuted"
    """A test found it false."""
    UNTESTABLE = "untestable"
    NOT_RUN = "not run"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class TaskRecord(_Model):
    """A theorem to prove. `name` is unique in its problem. `gate`, `detail`: what tests said, in words. `disproof`: the
    file whose proof of the negation the trusted check accepted, "" without one; `level` is the check's."""

    name: str
    gate: Gate = Gate.NOT_RUN
    detail: str = ""
    disproof: str = ""
    level: str = ""
    goal: str = ""


class StatementRecord(_Model):
    """A problem's statement was elaborated. `outcome`: None when it can be attempted, NOT_STATABLE (then `cause`), or
    MACHINERY. `missing`: for IMPORTS, the modules. `seconds`: wall clock of elaboration and gate together."""

    version: int = VERSION
    kind: Literal["statement"] = "statement"
    key: str
    set: str
    id: str
    outcome: Outcome | None = None
    cause: Cause | None = None
    reason: str = ""
    missing: tuple[str, ...] = ()
    tasks: tuple[TaskRecord, ...] = ()
    seconds: float = 0.0


class TreeStep(_Model):
    """A goal of a proof tree: what it says, what was done to it, and the steps (by index) of the goals that left."""

    goal: str
    tactic: str
    children: tuple[int, ...] = ()


class AttemptRecord(_Model):
    """One attempt at a task. `limit`: which one, for LIMIT. `calls`, `tokens`: what the search spent. `seconds`: wall
    clock; `lean_seconds`: Lean's own. `proof`: what stands in the hole (of several: joined), `file`: the whole file
    that the check accepted at `level`. `refused`: why the check did not accept what the search had found. `lost`:
    answers that faults of the machinery cost. `difficulty`: the goal's footprint (`spec`; of several holes the sum),
    None for a goal that cannot stand alone. `retried`: a first try at this attempt was lost to the machinery. `tree`:
    how the proof is put together, roots first."""

    version: int = VERSION
    kind: Literal["attempt"] = "attempt"
    key: str
    set: str
    id: str
    task: str
    attempt: int
    seed: int = 0
    outcome: Outcome
    limit: str = ""
    reason: str = ""
    calls: int = 0
    tokens: int = 0
    seconds: float = 0.0
    lean_seconds: float = 0.0
    level: str = ""
    axioms: tuple[str, ...] = ()
    proof: str = ""
    lemmas: tuple[str, ...] = ()
    file: str = ""
    refused: str = ""
    lost: int = 0
    difficulty: float | None = None
    retried: bool = False
    open_goals: tuple[str, ...] = ()
    tree: tuple[TreeStep, ...] = ()


Record = StatementRecord | AttemptRecord


def statement_key(file_sha256: str, theorem: str, identity: Mapping[str, object]) -> str:
    """The content that a statement record depends on. `identity`: that of the settings."""
    return _key("statement", file_sha256, theorem, identity["gate"])


def attempt_key(file_sha256: str, task: str, attempt: int, identity: Mapping[str, object]) -> str:
    """The content that an attempt depends on: the file, the task, the settings, and its number."""
    return _key("attempt", file_sha256, task, dict(identity), attempt)


def _key(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:40]


class Records:
    """All records of a folder, by key. `damaged`: lines that are no record."""

    def __init__(self, records: Iterable[Record] = (), damaged: int = 0) -> None:
        self.statements: dict[str, StatementRecord] = {}
        self.attempts: dict[str, AttemptRecord] = {}
        self.damaged = damaged
        for record in records:
            self.add(record)

    def add(self, record: Record) -> None:
        """The first record of a key stays, unless it says only that the machinery failed."""
        if isinstance(record, StatementRecord):
            if not self.has_statement(record.key):
                self.statements[record.key] = record
        elif not self.has_attempt(record.key):
            self.attempts[record.key] = record

    def has_statement(self, key: str) -> bool:
        """There is an answer, not just a fault of the machinery."""
        return key in self.statements and self.statements[key].outcome is not Outcome.MACHINERY

    def has_attempt(self, key: str) -> bool:
        return key in self.attempts and self.attempts[key].outcome is not Outcome.MACHINERY


def read(folder: Path) -> Records:
    """Every record in `folder`, whichever shard wrote it. Raises UserError for a file that cannot be read, and for
    records of a newer gentzen."""
    found = Records()
    for path in sorted(folder.glob(f"{PREFIX}*.jsonl")):
        try:
            lines = path.read_bytes().split(b"\n")
        except OSError as error:
            raise UserError(f"{path} cannot be read: {error.strerror}. Check its permissions.") from error
        for line in lines:
            if line.strip():
                record = _parse(line, path)
                if record is None:
                    found.damaged += 1
                else:
                    found.add(record)
    return found


def _parse(line: bytes, path: Path) -> Record | None:
    try:
        value = json.loads(line)
        if value["version"] > VERSION:
            raise UserError(f"{path} was written by a newer gentzen (format {value['version']}). Update gentzen.")
        if value["kind"] == "statement":
            return StatementRecord.model_validate(value)
        return AttemptRecord.model_validate(value)
    except (ValueError, KeyError, TypeError, ValidationError):
        return None


class RecordFile:
    """The file of one shard, open for appending by this process alone. Thread-safe only under the caller's lock."""

    def __init__(self, folder: Path, shard: tuple[int, int]) -> None:
        """Raises UserError when another process has it open, or the disk refuses."""
        self.path = folder / f"{PREFIX}{shard[0]}of{shard[1]}.jsonl"
        self._lock = FileLock(f"{self.path}.lock", timeout=0)
        try:
            self._lock.acquire()
        except Timeout:
            raise UserError(
                f"Another `gentzen bench` is writing to {self.path}. Wait for it, or give this one another --shard "
                "or --out."
            ) from None
        try:
            self._handle = self.path.open("ab")
            if self.path.stat().st_size and self.path.read_bytes()[-1:] != b"\n":
                self._handle.write(b"\n")  # a killed process left half a line
        except OSError as error:
            self._lock.release()
            raise UserError(
                f"{self.path} cannot be written: {error.strerror}. Name another folder with --out."
            ) from error

    def append(self, record: Record) -> None:
        """When it returns, the record outlives this process and a loss of power."""
        self._handle.write(record.model_dump_json().encode() + b"\n")
        self._handle.flush()
        os.fsync(self._handle.fileno())

    def close(self) -> None:
        """Idempotent."""
        self._handle.close()
        self._lock.release()

    def __enter__(self) -> RecordFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
