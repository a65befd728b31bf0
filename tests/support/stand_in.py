"""For tests: the stand-in worker as a runtime program, and bounded waits for what processes do."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from lean_project.model import Command
from lean_project.runtime import RuntimeProgram

PATIENCE = 30.0
"""Seconds until something that must happen counts as never happening; generous, since machines are busy."""


def program(*options: str, memory: int = 64 << 20) -> RuntimeProgram:
    script = Path(__file__).with_name("stand_in_worker.py")
    return RuntimeProgram("stand-in", (sys.executable, "-S", "-E", str(script), *options), memory=memory)


def eventually(holds: Callable[[], object]) -> bool:
    """Whether `holds` comes true within `PATIENCE`."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.005)
    return False


def gone(pid: int) -> bool:
    """The process has ended (a zombie of somebody else's has, too)."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


OTHERS: set[psutil.Process] = set()
"""Processes of this one that were there when the test began: Lean, when real-Lean tests ran in this process before."""


def children() -> list[psutil.Process]:
    """Every process that stems from this one."""
    return [each for each in psutil.Process().children(recursive=True) if each not in OTHERS]


def first_text(commands: tuple[Command, ...]) -> str:
    return commands[0].messages[0].text
