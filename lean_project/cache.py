"""Answers of Lean by content: in memory, and in a SQLite file where one is given.

Only what Lean would answer again is put in: elaborations that ran to their end. Limits, machinery failures and the
fresh elaborations of the trusted check never go through here.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
import zlib
from collections import OrderedDict
from pathlib import Path

from lean_project import wire
from lean_project.model import Command, Limits, RuntimeInfo, Snapshot

FORMAT = 1
"""Part of every key: raise it when what is stored, or what workers answer, changes."""
ROWS = 200_000


def elaboration_key(
    info: RuntimeInfo, identity: str, snapshot: Snapshot, code: str, limits: Limits, *, goals: bool
) -> str:
    """Hex SHA-256 of all that decides the answer. Seconds do not: what ran to its end did not hit them."""
    parts = (
        str(FORMAT),
        info.runtime,
        info.lean_version,
        info.lean_commit,
        identity,
        snapshot.key,
        str(limits.heartbeats or 0),
        "goals" if goals else "",
        code,
    )
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode()
        digest.update(b"%d\0" % len(data))
        digest.update(data)
    return digest.hexdigest()


class ElaborationCache:
    """Commands by `elaboration_key`. Thread-safe; several processes may share one file.

    `capacity`: answers kept in memory, least recently used out first. The file keeps the newest `ROWS` answers. A file
    that cannot be read or written is given up silently (`problem` then says why): a cache must never stop a run.
    """

    def __init__(self, path: Path | None = None, capacity: int = 4096) -> None:
        self.problem = ""
        self._capacity = capacity
        self._memory: OrderedDict[str, tuple[Command, ...]] = OrderedDict()
        self._lock = threading.Lock()
        self._database: sqlite3.Connection | None = None
        if path is not None:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._database = _open(path)
            except (OSError, sqlite3.Error) as error:
                self.problem = f"{path}: {error}"

    def get(self, key: str) -> tuple[Command, ...] | None:
        with self._lock:
            found = self._memory.get(key)
            if found is not None:
                self._memory.move_to_end(key)
                return found
            row = self._run("SELECT value FROM elaborations WHERE key = ?", (key,))
            if row is None:
                return None
            try:
                found = wire.commands(json.loads(zlib.decompress(row[0])))
            except (zlib.error, KeyError, TypeError, ValueError):  # a damaged row is as good as none
                return None
            self._remember(key, found)
            return found

    def put(self, key: str, commands: tuple[Command, ...]) -> None:
        with self._lock:
            self._remember(key, commands)
            if self._database is not None:
                value = zlib.compress(json.dumps(wire.from_commands(commands)).encode(), 1)
                self._run("INSERT OR REPLACE INTO elaborations (key, value) VALUES (?, ?)", (key, value))

    def close(self) -> None:
        """The file is closed; the answers in memory stay. Idempotent."""
        with self._lock:
            if self._database is not None:
                self._database.close()
                self._database = None

    def _remember(self, key: str, commands: tuple[Command, ...]) -> None:
        self._memory[key] = commands
        self._memory.move_to_end(key)
        while len(self._memory) > self._capacity:
            self._memory.popitem(last=False)

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
