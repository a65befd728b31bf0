"""How a worker program is started, and how its processes are kept: what a runtime hands to the pool."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from lean_project import environ
from lean_project.errors import UserError

MEBIBYTE = 1 << 20
GIBIBYTE = 1 << 30


@dataclass(frozen=True, slots=True)
class RuntimeProgram:
    """A program that speaks docs/protocol.md on its stdin and stdout, and ends when its stdin ends.

    `env` is its whole environment (None: `environ.child_environment()`). `memory`: bytes that a busy worker is expected
    to take; the number of workers is derived from it. `identity`: whatever decides its answers besides Lean's version
    (the project and its dependencies, by content); it is part of every cache key.
    """

    name: str
    argv: tuple[str, ...]
    cwd: Path | None = None
    env: Mapping[str, str] | None = None
    memory: int = GIBIBYTE
    identity: str = ""


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """How many workers, and what each may use. Sizes are bytes of resident memory of a worker's whole process tree.

    workers: elaborating processes; None: GENTZEN_WORKERS, else one per core, as many as fit into the memory.
    memory_limit: a request that drives its worker beyond it fails with `LimitHit("memory")`; None: four times
        `program.memory`.
    recycle_rss: a worker above it is replaced between two requests; None: five eighths of the memory limit.
    recycle_requests: a worker is replaced after so many requests (an environment only grows).
    grace_seconds: what a worker gets beyond a request's own seconds, and after a cancel, before it is killed.
    start_seconds: how long one start may take.
    start_attempts: how often a start is tried before the program is called broken.
    rebuild_seconds: bound of each step that rebuilds a snapshot on a worker; such steps are not on the request's clock.
    snapshots_per_worker: materialised snapshots that each worker keeps; the least recently used go first.
    """

    workers: int | None = None
    memory_limit: int | None = None
    recycle_rss: int | None = None
    recycle_requests: int = 5000
    grace_seconds: float = 5.0
    start_seconds: float = 120.0
    start_attempts: int = 3
    rebuild_seconds: float = 300.0
    snapshots_per_worker: int = 256

    def __post_init__(self) -> None:
        for name in ("workers", "memory_limit", "recycle_rss"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise UserError(f"The pool setting {name} is {value}; give a positive number, or leave it out.")
        for name in ("recycle_requests", "start_attempts", "snapshots_per_worker"):
            if getattr(self, name) < 1:
                raise UserError(f"The pool setting {name} is {getattr(self, name)}; give a positive number.")


def memory_limit(program: RuntimeProgram, settings: PoolSettings) -> int:
    """Bytes that a worker may take before the request that it runs is stopped."""
    return settings.memory_limit or 4 * program.memory


def recycle_rss(program: RuntimeProgram, settings: PoolSettings) -> int:
    """Bytes above which a worker is replaced between two requests."""
    return settings.recycle_rss or memory_limit(program, settings) * 5 // 8


def worker_count(program: RuntimeProgram, settings: PoolSettings) -> int:
    """How many elaborating workers a pool gets: as many as were asked for, else one per core within the memory.

    One worker's share of the memory is left for the auditor, and there is always at least one worker.
    """
    asked = settings.workers or environ.workers()
    if asked:
        return asked
    return max(1, min(usable_cores(), available_memory() // program.memory - 1))


def usable_cores() -> int:
    """Cores that this process may run on."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # no affinity on this platform
        return os.cpu_count() or 1


def available_memory() -> int:
    """Bytes that new processes can take without swapping, the control group's bound included where there is one."""
    available: int = psutil.virtual_memory().available
    for bound, used in (
        ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
        ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
    ):
        try:
            available = min(available, int(Path(bound).read_text()) - int(Path(used).read_text()))
        except (OSError, ValueError):  # no such group, or no bound ("max")
            continue
    return max(0, available)
