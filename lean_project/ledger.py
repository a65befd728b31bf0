"""The ledger: an append-only record of every run, attempt and proof. Resume, the cache and statistics read it.

SQLite in WAL mode, one file, any number of threads and processes at once. Rows are never updated or deleted (triggers
refuse it). An append that returned survives the death of this process at any moment. Proofs and run records survive a
power loss too; the last attempts may then be lost, which only costs time. The file belongs on a local disk: WAL needs
shared memory.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from filelock import FileLock

from lean_project.errors import UserError
from lean_project.model import Limits, RuntimeInfo, Snapshot

_APPLICATION_ID = 0x47454E54  # "GENT" in the file's header: tells a ledger from any other SQLite file
_SCHEMA_VERSION = 1
_SCHEMA = """
CREATE TABLE runs (
  id TEXT PRIMARY KEY, command TEXT NOT NULL, settings TEXT NOT NULL, versions TEXT NOT NULL, started_at REAL NOT NULL
) STRICT;
CREATE TABLE run_ends (run_id TEXT NOT NULL, exit_code INTEGER NOT NULL, ended_at REAL NOT NULL) STRICT;
CREATE TABLE attempts (
  id INTEGER PRIMARY KEY, key TEXT NOT NULL, target_key TEXT NOT NULL, kind TEXT NOT NULL, proposal TEXT NOT NULL,
  outcome TEXT NOT NULL, tactic TEXT NOT NULL, limit_kind TEXT NOT NULL, lean_seconds REAL NOT NULL,
  calls INTEGER NOT NULL, tokens INTEGER NOT NULL, error_class TEXT NOT NULL, extra TEXT NOT NULL,
  run_id TEXT NOT NULL, created_at REAL NOT NULL
) STRICT;
CREATE TABLE proofs (
  id INTEGER PRIMARY KEY, target_key TEXT NOT NULL, proof TEXT NOT NULL, level TEXT NOT NULL, axioms TEXT NOT NULL,
  lean_version TEXT NOT NULL, verdict TEXT NOT NULL, run_id TEXT NOT NULL, created_at REAL NOT NULL
) STRICT;
CREATE INDEX run_ends_run ON run_ends (run_id);
CREATE INDEX attempts_key ON attempts (key);
CREATE INDEX attempts_target ON attempts (target_key);
CREATE INDEX attempts_tactic ON attempts (tactic, outcome, limit_kind, lean_seconds, calls);
CREATE INDEX proofs_target ON proofs (target_key);
"""
_TABLES = ("runs", "run_ends", "attempts", "proofs")
_JSON_FIELDS = frozenset({"settings", "versions", "extra", "axioms", "verdict"})


class LedgerError(UserError):
    """The ledger cannot be read or written. What it holds is not lost, but nothing more can be recorded."""


class Outcome(StrEnum):
    """What one attempt came to. `PROVED_HINT` is level L0: a pooled worker saw no error; only a `Proof` is checked.
    `JUSTIFIED`, L0 as well: a split whose children are still to be proved."""

    PROVED_HINT = "proved_hint"
    JUSTIFIED = "justified"
    FAILED = "failed"
    LIMIT = "limit"
    MACHINERY = "machinery"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One proposal tried on one target.

    `key` comes from `attempt_key`. `target_key` names the goal in its context: the caller's choice, equal for equal
    targets. `kind` is what proposed (`portfolio`, ...), `tactic` the label under which its success is counted, "" for
    none. `limit_kind` is that of the `LimitHit` for `Outcome.LIMIT`, `error_class` a short tag of Lean's or our error;
    both are "" otherwise. `lean_seconds` is wall time inside Lean, `created_at` Unix seconds (None: now).
    """

    key: str
    target_key: str
    kind: str
    proposal: str
    outcome: Outcome
    tactic: str = ""
    limit_kind: str = ""
    lean_seconds: float = 0.0
    calls: int = 1
    tokens: int = 0
    error_class: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
    run_id: str = ""
    created_at: float | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof that the trusted check accepted at `level` (`L1`, `L2`, `L3`). `verdict` is the check's own account."""

    target_key: str
    proof: str
    level: str
    axioms: tuple[str, ...] = ()
    lean_version: str = ""
    verdict: Mapping[str, Any] = field(default_factory=dict)
    run_id: str = ""
    created_at: float | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """A run of a command. `ended_at` and `exit_code` are None while it runs, and for ever when it was killed."""

    id: str
    command: str
    settings: Mapping[str, Any]
    versions: Mapping[str, str]
    started_at: float
    ended_at: float | None = None
    exit_code: int | None = None


@dataclass(frozen=True, slots=True)
class TacticStatistics:
    """How a tactic fared; a justified split is a success of its label. Attempts that the machinery lost or that were
    cancelled say nothing about it: not counted."""

    tries: int
    successes: int
    lean_seconds: float
    calls: int

    @property
    def success_rate(self) -> float:
        """Laplace's rule of succession: an untried tactic stands at 1/2, and one lucky try is not certainty."""
        return (self.successes + 1) / (self.tries + 2)


def attempt_key(info: RuntimeInfo, snapshot: Snapshot, code: str, limits: Limits) -> str:
    """The content of an attempt: which Lean, on which state, what code, under which limits. sha256, 64 hex digits."""
    bounds = (repr(float(limits.seconds)), repr(limits.heartbeats))
    digest = hashlib.sha256()
    for text in (info.runtime, info.lean_version, info.lean_commit, snapshot.key, *bounds, code):
        data = text.encode()
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return digest.hexdigest()


class Ledger:
    """Thread-safe. Made by `Ledger.open`.

    Every method raises `LedgerError` when the file cannot be read or written; what was appended before is never lost.
    """

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection
        self._lock = threading.Lock()

    @classmethod
    def open(cls, path: Path, *, busy_seconds: float = 10.0) -> Ledger:
        """Open the ledger at `path`, made if missing (its folder too). `busy_seconds`: patience with other writers."""
        with _refusals(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            # Two first openers would race for the switch to WAL, which SQLite's busy timeout does not cover.
            with FileLock(f"{path}.lock", timeout=busy_seconds):
                connection = sqlite3.connect(path, timeout=busy_seconds, isolation_level=None, check_same_thread=False)
                try:
                    _prepare(path, connection)
                except BaseException:
                    connection.close()
                    raise
        return cls(path, connection)

    def close(self) -> None:
        """Idempotent."""
        with self._lock, _refusals(self.path):
            self._connection.close()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def append_attempt(self, attempt: Attempt) -> None:
        """When it returns, the attempt outlives this process, however that dies."""
        self._append("attempts", [attempt], durable=False)

    def append_attempts(self, attempts: Iterable[Attempt]) -> None:
        """All of them or none, in one transaction (cheaper than one by one)."""
        self._append("attempts", list(attempts), durable=False)

    def append_proof(self, proof: Proof) -> None:
        """When it returns, the proof outlives a power loss."""
        self._append("proofs", [proof], durable=True)

    def start_run(
        self, command: str, settings: Mapping[str, Any] | None = None, versions: Mapping[str, str] | None = None
    ) -> str:
        """Record that a run of `command` begins. Returns its id."""
        run_id = uuid.uuid4().hex
        row = (run_id, command, _dump(settings or {}), _dump(versions or {}), time.time())
        self._insert("runs (id, command, settings, versions, started_at)", [row], durable=True)
        return run_id

    def finish_run(self, run_id: str, exit_code: int) -> None:
        self._insert("run_ends (run_id, exit_code, ended_at)", [(run_id, exit_code, time.time())], durable=True)

    def proof_for(self, target_key: str) -> Proof | None:
        """The checked proof of this target: the highest level, the newest among equals."""
        sql = "SELECT * FROM proofs WHERE target_key = ? ORDER BY level DESC, id DESC LIMIT 1"
        return next(iter(_records(Proof, self._select(sql, (target_key,)))), None)

    def attempts_for(self, target_key: str) -> list[Attempt]:
        """Every attempt on this target, oldest first."""
        return _records(Attempt, self._select("SELECT * FROM attempts WHERE target_key = ? ORDER BY id", (target_key,)))

    def already_tried(self, key: str) -> Attempt | None:
        """The newest attempt with this key that says something: neither lost to the machinery nor cancelled."""
        sql = f"SELECT * FROM attempts WHERE key = ? AND {_TELLING} ORDER BY id DESC LIMIT 1"
        return next(iter(_records(Attempt, self._select(sql, (key,)))), None)

    def tactic_statistics(self, kind: str = "") -> dict[str, TacticStatistics]:
        """Success and cost of each `tactic` label, over the whole ledger or what this `kind` proposed."""
        sql = f"""SELECT tactic, count(*), sum(outcome IN ('proved_hint', 'justified')), sum(lean_seconds), sum(calls)
            FROM attempts WHERE tactic <> '' AND ? IN ('', kind) AND {_TELLING} GROUP BY tactic"""
        return {tactic: TacticStatistics(*totals) for tactic, *totals in self._select(sql, (kind,))}

    def runs(self, limit: int = 100) -> list[Run]:
        """The newest runs, newest first."""
        sql = """SELECT runs.*, max(ended_at) AS ended_at, exit_code FROM runs LEFT JOIN run_ends ON run_id = id
            GROUP BY id ORDER BY started_at DESC LIMIT ?"""
        return _records(Run, self._select(sql, (limit,)))

    def count(self, table: str) -> int:
        """How many rows `attempts`, `proofs` or `runs` has."""
        if table not in _TABLES:
            raise ValueError(f"the ledger has no table {table!r}")
        return int(self._select(f"SELECT count(*) FROM {table}")[0][0])

    def _append(self, table: str, records: Sequence[Attempt | Proof], *, durable: bool) -> None:
        if records:
            names = [each.name for each in fields(records[0])]
            rows = [tuple(_cell(name, getattr(record, name)) for name in names) for record in records]
            self._insert(f"{table} ({', '.join(names)})", rows, durable=durable)

    def _insert(self, into: str, rows: Sequence[tuple[Any, ...]], *, durable: bool) -> None:
        marks = ", ".join("?" * len(rows[0]))
        with self._lock, _refusals(self.path):
            self._connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._connection.executemany(f"INSERT INTO {into} VALUES ({marks})", rows)
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # on a full disk SQLite may have rolled back by itself
                    self._connection.execute("ROLLBACK")
                raise

    def _select(self, sql: str, values: tuple[Any, ...] = ()) -> list[sqlite3.Row]:
        with self._lock, _refusals(self.path):
            return self._connection.execute(sql, values).fetchall()


_TELLING = "outcome <> 'machinery' AND limit_kind <> 'cancelled'"


def _prepare(path: Path, connection: sqlite3.Connection) -> None:
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA recursive_triggers = ON")  # without it INSERT OR REPLACE deletes past the trigger
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    if not connection.execute("SELECT 1 FROM sqlite_schema").fetchone():
        if connection.execute("PRAGMA journal_mode = WAL").fetchone()[0] != "wal":
            raise UserError(
                f"The disk that holds the ledger {path} cannot do SQLite's WAL mode. "
                "Set GENTZEN_HOME to a folder on a local disk."
            )
        refusals = "".join(
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} "
            "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;\n"
            for table in _TABLES
            for verb in ("UPDATE", "DELETE")
        )
        head = f"PRAGMA application_id = {_APPLICATION_ID}; PRAGMA user_version = {_SCHEMA_VERSION};"
        connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} {refusals} {head} COMMIT;")
    elif application != _APPLICATION_ID:
        raise UserError(
            f"{path} is an SQLite file, but no ledger of gentzen. Move it away, or set GENTZEN_HOME to another folder."
        )
    elif version != _SCHEMA_VERSION:
        raise UserError(
            f"The ledger {path} has schema {version}, but this gentzen reads schema {_SCHEMA_VERSION}. "
            "Upgrade gentzen, or move the file away (a new one is made)."
        )


_Record = TypeVar("_Record", Attempt, Proof, Run)


def _records(kind: type[_Record], rows: Iterable[sqlite3.Row]) -> list[_Record]:
    names = [each.name for each in fields(kind)]
    return [kind(**{name: _value(name, row[name]) for name in names}) for row in rows]


def _cell(name: str, value: Any) -> Any:
    """A field as SQLite stores it."""
    if name in _JSON_FIELDS:
        return _dump(value)
    if name == "created_at" and value is None:
        return time.time()
    return str(value) if isinstance(value, StrEnum) else value


def _value(name: str, cell: Any) -> Any:
    """A cell as its record holds it."""
    if name == "outcome":
        return Outcome(cell)
    if name in _JSON_FIELDS:
        loaded = json.loads(cell)
        return tuple(loaded) if isinstance(loaded, list) else loaded
    return cell


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


_ELSEWHERE = "or set GENTZEN_HOME to a folder that is."
_ADVICE = {
    "SQLITE_FULL": "the disk is full. Free some space and run the same command again with --resume: "
    "nothing that was recorded is lost.",
    "SQLITE_IOERR": "the disk reported an error. Check its free space and its health, "
    "then run the same command again with --resume.",
    "SQLITE_READONLY": f"it is read-only. Make it and its folder writable, {_ELSEWHERE}",
    "SQLITE_CANTOPEN": f"it cannot be opened or made. Make its folder writable, {_ELSEWHERE}",
    "SQLITE_PERM": f"its permissions forbid it. Make it and its folder writable, {_ELSEWHERE}",
    "SQLITE_BUSY": "another process has kept it locked for too long. Wait for that process, or end it, "
    "then run the same command again with --resume.",
    "SQLITE_NOTADB": "it is no SQLite file. Move it away (a new one is made), or set GENTZEN_HOME to another folder.",
    "SQLITE_CORRUPT": "it is damaged. Move it away, together with its -wal and -shm files (a new one is made).",
}


@contextmanager
def _refusals(path: Path) -> Iterator[None]:
    """Turns SQLite's and the system's refusals into `UserError`. What is left is a bug and passes as it is."""
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "")
        advice = next((text for code, text in _ADVICE.items() if name.startswith(code)), None)
        if advice is None:
            raise
        raise LedgerError(f"The ledger {path} cannot be used: {advice}") from error
    except TimeoutError as error:  # the file lock's, too
        raise LedgerError(f"The ledger {path} cannot be used: {_ADVICE['SQLITE_BUSY']}") from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise LedgerError(
            f"The ledger {path} cannot be used: {reason}. Make its folder writable, {_ELSEWHERE}"
        ) from error
