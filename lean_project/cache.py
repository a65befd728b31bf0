"""Answers of Lean by content: in memory, and in a SQLite file where one is given.

Only what Lean would answer again is put in: elaborations and evaluations that ran to their end. Limits,
machinery failures and the fresh elaborations of the trusted check never go through here.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from lean_project import wire
from lean_project.model import Command, Evaluation, Limits, RuntimeInfo, Snapshot

FORMAT = 3
"""Part of every key: raise it when what is stored, or what workers answer, changes."""
ROWS = 200_000
TERMS = 1_000_000
"""Terms of closed goals that are kept in memory, each about a hundred bytes."""


def elaboration_key(
    info: RuntimeInfo, identity: str, snapshot: Snapshot, code: str, limits: Limits, *, goals: bool
) -> str:
    """Hex SHA-256 of all that decides the answer. Seconds do not: what ran to its end did not hit them."""
    return _key(info, identity, snapshot, limits, "goals" if goals else "", code)


def evaluation_key(info: RuntimeInfo, identity: str, snapshot: Snapshot, code: str, name: str, limits: Limits) -> str:
    return _key(info, identity, snapshot, limits, "eval", code, name)


def _key(info: RuntimeInfo, identity: str, snapshot: Snapshot, limits: Limits, *question: str) -> str:
    lean = (info.runtime, info.lean_version, info.lean_commit, identity)
    digest = hashlib.sha256()
    for part in (str(FORMAT), *lean, snapshot.key, str(limits.heartbeats or 0), *question):
        data = part.encode()
        digest.update(b"%d\0" % len(data))
        digest.update(data)
    return digest.hexdigest()


class ElaborationCache:
    """Commands by `elaboration_key`, values by `evaluation_key`. Thread-safe; several processes may share one file.

    `capacity`: answers kept in memory (fewer where they have many closed goals, see `TERMS`), least recently used out
    first. The file keeps the newest `ROWS` answers. A file
    that cannot be read or written is given up silently (`problem` then says why): a cache must never stop a run.
    """

    def __init__(self, path: Path | None = None, capacity: int = 4096) -> None:
        self.problem = ""
        self._capacity = capacity
        self._memory: OrderedDict[str, tuple[Any, int]] = OrderedDict()
        self._terms = 0
        self._lock = threading.Lock()
        self._database: sqlite3.Connection | None = None
        if path is not None:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._database = _open(path)
            except (OSError, sqlite3.Error) as error:
                self.problem = f"{path}: {error}"

    def get(self, key: str) -> tuple[tuple[Command, ...], float] | None:
        """What Lean answered, and the seconds that it spent on it then."""
        return cast("tuple[tuple[Command, ...], float] | None", self._get(key, _read_elaboration))

    def put(self, key: str, commands: tuple[Command, ...], lean_seconds: float) -> None:
        self._put(key, (commands, lean_seconds), _write_elaboration)

    def get_evaluation(self, key: str) -> Evaluation | None:
        return cast("Evaluation | None", self._get(key, wire.evaluation))

    def put_evaluation(self, key: str, evaluation: Evaluation) -> None:
        self._put(key, evaluation, wire.from_evaluation)

    def close(self) -> None:
        """The file is closed; the answers in memory stay. Idempotent."""
        with self._lock:
            if self._database is not None:
                self._database.close()
                self._database = None

    def _get(self, key: str, decode: Callable[[Any], Any]) -> Any:
        with self._lock:
            known = self._memory.get(key)
            if known is not None:
                self._memory.move_to_end(key)
                return known[0]
            row = self._run("SELECT value FROM elaborations WHERE key = ?", (key,))
            if row is None:
                return None
            try:
                found = decode(json.loads(zlib.decompress(row[0])))
            except (zlib.error, KeyError, TypeError, ValueError):  # a damaged row is as good as none
                return None
            self._remember(key, found)
            return found

    def _put(self, key: str, value: Any, encode: Callable[[Any], Any]) -> None:
        with self._lock:
            self._remember(key, value)
            if self._database is not None:
                data = zlib.compress(json.dumps(encode(value)).encode(), 1)
                self._run("INSERT OR REPLACE INTO elaborations (key, value) VALUES (?, ?)", (key, data))

    def _remember(self, key: str, value: Any) -> None:
        self._forget(self._memory.pop(key, None))
        terms = _terms(value)
        self._memory[key] = (value, terms)
        self._terms += terms
        while len(self._memory) > self._capacity or (self._terms > TERMS and len(self._memory) > 1):
            self._forget(self._memory.popitem(last=False)[1])

    def _forget(self, entry: tuple[Any, int] | None) -> None:
        self._terms -= entry[1] if entry else 0

    def _run(self, statement: str, values: tuple[object, ...]) -> tuple[bytes] | None:
        if self._database is None:
            return None
        try:
            row: tuple[bytes] | None = self._database.execute(statement, values).fetchone()
            return row
        except sqlite3.Error as error:
            self.problem = str(error)
            if "locked" not in str(error):
                self._database.close()
                self._database = None
            return None


def _read_elaboration(row: Any) -> tuple[tuple[Command, ...], float]:
    return wire.commands(row["commands"]), float(row["lean_seconds"])


def _write_elaboration(value: tuple[tuple[Command, ...], float]) -> dict[str, Any]:
    return {"commands": wire.from_commands(value[0]), "lean_seconds": value[1]}


def _terms(value: tuple[tuple[Command, ...], float] | Evaluation) -> int:
    if isinstance(value, Evaluation):
        return 0
    goals = (goal for command in value[0] for hole in command.holes for goal in hole.goals)
    return sum(len(goal.closed.document["exprs"]) for goal in goals if goal.closed is not None)


def _open(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=5.0, isolation_level=None, check_same_thread=False)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute("CREATE TABLE IF NOT EXISTS elaborations (key TEXT PRIMARY KEY, value BLOB NOT NULL)")
        database.execute(
            "DELETE FROM elaborations WHERE rowid <= (SELECT MAX(rowid) FROM elaborations) - ?",
            (ROWS,),
        )
    except sqlite3.Error:
        database.close()
        raise
    return database
