"""The `gentzen` command as a process of its own, with a home of its own, and what can be told of it from outside."""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from ctypes import CDLL
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from lean_project import environ

PATIENCE = 240.0
"""Seconds after which something that should have happened long ago counts as not happening."""
_PR_CAPBSET_DROP = 24
_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH = 1, 2

Setup = Callable[[], None]
"""What a child does to itself before it becomes the command."""


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


def eventually(condition: Callable[[], Any], what: str) -> Any:
    """The first true value of `condition`; fails when there is none for `PATIENCE` seconds."""
    deadline = time.monotonic() + PATIENCE
    while not (value := condition()):
        assert time.monotonic() < deadline, f"never came: {what}"
        time.sleep(0.01)
    return value


def without_override() -> None:
    """From here on permissions bind this process, even if it is the superuser's."""
    if os.geteuid() == 0:
        for capability in (_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH):
            if CDLL(None).prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0):
                raise OSError("this superuser cannot give up its rights")


def with_small_files(limit: int) -> Setup:
    """No file of the process can become larger than `limit` bytes: what a full disk looks like to a writer."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))


@dataclass
class Gentzen:
    """The command with `home` as its GENTZEN_HOME; `environment` is added to this process's own, None removes."""

    home: Path
    environment: Mapping[str, str | None] = field(default_factory=dict)
    program: tuple[str, ...] = (sys.executable, "-m", "prover.cli")

    def start(self, *words: str | Path, setup: Setup | None = None, **changes: Any) -> subprocess.Popen[str]:
        added = {"GENTZEN_HOME": str(self.home), **self.environment}
        env = {name: value for name, value in {**os.environ, **added}.items() if value is not None}
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "cwd": self.home.parent, **changes}
        return subprocess.Popen(
            [*self.program, *(str(word) for word in words)], env=env, text=True, preexec_fn=setup, **pipes
        )

    def __call__(self, *words: str | Path, setup: Setup | None = None, **changes: Any) -> Done:
        process = self.start(*words, setup=setup, **changes)
        try:
            out, err = process.communicate(timeout=PATIENCE)
        except BaseException:
            process.kill()
            raise
        return Done(process.returncode, out or "", err or "")

    @contextmanager
    def running(self, *words: str | Path) -> Iterator[Running]:
        run = Running(self.start(*words))
        try:
            yield run
        finally:
            run.process.kill()
            run.process.communicate()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What the ledger answers now, also while a run writes to it; nothing as long as there is none."""
        path = self.home / "ledger.db"
        # Looked into only once it is in WAL mode (bytes 18 and 19): a reader must not come in between its making.
        if not path.exists() or path.read_bytes()[18:20] != b"\2\2":
            return []
        with closing(sqlite3.connect(path, timeout=PATIENCE)) as ledger:
            if not ledger.execute("SELECT 1 FROM sqlite_schema").fetchone():
                return []
            return ledger.execute(query).fetchall()

    def count(self, table: str) -> int:
        rows = self.rows(f"SELECT count(*) FROM {table}")
        return int(rows[0][0]) if rows else 0


@dataclass
class Running:
    """A run that is under way, and every process that was ever seen below it."""

    process: subprocess.Popen[str]
    seen: set[psutil.Process] = field(default_factory=set)

    def until(self, condition: Callable[[], Any], what: str) -> bool:
        """Watch the run until `condition` holds (True) or it has ended by itself (False)."""

        def look() -> str:
            self.watch()
            if self.process.poll() is not None:
                return "ended"
            return "holds" if condition() else ""

        return bool(eventually(look, what) == "holds")

    def watch(self) -> None:
        try:
            self.seen.update(psutil.Process(self.process.pid).children(recursive=True))
        except psutil.NoSuchProcess:
            pass

    def signal(self, number: signal.Signals) -> Done:
        """Send it to the command alone, not to its children, and wait for the end of all of them."""
        self.watch()
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=PATIENCE)
        eventually(lambda: not self.left_behind(), f"the end of {self.left_behind()}")
        return Done(self.process.returncode, out, err)

    def left_behind(self) -> list[psutil.Process]:
        return [process for process in self.seen if _lives(process)]


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def home_over(folder: Path) -> Path:
    """A new home with the runtime that is already installed: only its folder is shared, through a link."""
    folder.mkdir()
    (folder / "embedded").symlink_to(environ.home() / "embedded")
    return folder
