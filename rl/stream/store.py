"""The rows of a stream on the disk: what was generated, graded and trained on, so that a crash loses and doubles none.

One SQLite file, written by one process. A row is written when it is generated, again when it is graded. What an update
is about to train on is written down before it begins (`begin`), and made final when its weights are on the disk
(`commit`); `recover` settles an update that a crash interrupted by looking at which weights there are.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from types import TracebackType

from lean_project.errors import UserError
from rl.stream.engines import Rollout


class State(StrEnum):
    GENERATED = "generated"
    GRADED = "graded"
    PENDING = "pending"
    """Part of an update that has begun."""
    TRAINED = "trained"
    STALE = "stale"
    """Too old for the weights that it would have trained."""


_TABLE = """CREATE TABLE IF NOT EXISTS rollouts (
    batch INTEGER, "group" INTEGER, "index" INTEGER, version INTEGER, prompt TEXT, payload TEXT,
    reward REAL, lost INTEGER DEFAULT 0, state TEXT, step INTEGER,
    PRIMARY KEY (batch, "group", "index")) WITHOUT ROWID"""
_COLUMNS = 'batch, "group", "index", version, prompt, payload, reward, lost'
_PLACE = 'batch = ? AND "group" = ? AND "index" = ?'


class RowStore:
    """Thread-safe. Close it, or use it as a context manager. Raises UserError for a file that is no store."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        try:
            self._database.execute("PRAGMA journal_mode = WAL")
            self._database.execute("PRAGMA synchronous = FULL")
            self._database.execute(_TABLE)
        except sqlite3.DatabaseError as error:
            self._database.close()
            raise UserError(f"{path} is no store of rollouts: {error}. Move it away, and run again.") from error

    def close(self) -> None:
        """Idempotent. What is asked afterwards raises sqlite3.ProgrammingError."""
        with self._lock:  # no statement of another thread may be under way
            self._database.close()

    def __enter__(self) -> RowStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def add(self, rollouts: Iterable[Rollout]) -> None:
        """Rows as they were generated. One that is there already stays as it is."""
        rows = [
            (*each.id, each.version, each.prompt, json.dumps(each.payload), None, 0, State.GENERATED)
            for each in rollouts
        ]
        self._write(f"INSERT OR IGNORE INTO rollouts ({_COLUMNS}, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def grade(self, rollout: Rollout, reward: float | None) -> None:
        """Its reward, None for lost. A row is graded once; what comes later is ignored."""
        values = (reward, int(reward is None), State.GRADED, *rollout.id, State.GENERATED)
        self._write(f"UPDATE rollouts SET reward = ?, lost = ?, state = ? WHERE {_PLACE} AND state = ?", [values])

    def begin(self, step: int, rollouts: Sequence[Rollout]) -> None:
        """Write down what update `step` trains on, before it does. Raises ValueError for a row that is not graded, or
        was trained on before."""
        values = [(State.PENDING, step, *each.id, State.GRADED) for each in rollouts]
        changed = self._write(f"UPDATE rollouts SET state = ?, step = ? WHERE {_PLACE} AND state = ?", values)
        if changed != len(rollouts):
            self._write("UPDATE rollouts SET state = ?, step = NULL WHERE state = ?", [(State.GRADED, State.PENDING)])
            raise ValueError(f"{len(rollouts) - changed} rows of update {step} are not graded, or were trained on")

    def commit(self, step: int) -> None:
        """Update `step` is on the disk."""
        self._write(
            "UPDATE rollouts SET state = ? WHERE state = ? AND step = ?", [(State.TRAINED, State.PENDING, step)]
        )

    def recover(self, version: int) -> None:
        """After a crash: updates whose weights are on the disk (`version` of them) are final, another has not
        happened."""
        values = (State.TRAINED, State.PENDING, version)
        self._write("UPDATE rollouts SET state = ? WHERE state = ? AND step < ?", [values])
        self._write("UPDATE rollouts SET state = ?, step = NULL WHERE state = ?", [(State.GRADED, State.PENDING)])

    def expire(self, oldest: int) -> int:
        """Mark rows of weights older than version `oldest` that no update has taken. Returns how many."""
        waiting = (State.STALE, State.GENERATED, State.GRADED, oldest)
        return self._write("UPDATE rollouts SET state = ? WHERE state IN (?, ?) AND version < ?", [waiting])

    def rows(self, *states: State, batch: int | None = None) -> list[Rollout]:
        """Rows in these states, by batch, group and index."""
        chosen = f"state IN ({', '.join('?' * len(states))})"
        values: list[object] = list(states)
        if batch is not None:
            chosen, values = f"{chosen} AND batch = ?", [*values, batch]
        query = f'SELECT {_COLUMNS} FROM rollouts WHERE {chosen} ORDER BY batch, "group", "index"'
        with self._lock:
            found = self._database.execute(query, values).fetchall()
        return [
            Rollout(b, g, i, version, prompt, json.loads(payload), reward, bool(lost))
            for b, g, i, version, prompt, payload, reward, lost in found
        ]

    def trained(self) -> list[tuple[int, int, int, int, int]]:
        """(step, batch, group, index, version) of every row that was trained on."""
        query = 'SELECT step, batch, "group", "index", version FROM rollouts WHERE state = ? ORDER BY 1, 2, 3, 4'
        with self._lock:
            return list(self._database.execute(query, (State.TRAINED,)))

    def _write(self, statement: str, rows: Sequence[tuple[object, ...]]) -> int:
        """All rows or none; how many were changed."""
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                changed = sum(self._database.execute(statement, row).rowcount for row in rows)
                self._database.execute("COMMIT")
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
        return changed
