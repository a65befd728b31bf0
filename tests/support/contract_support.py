"""What the contract of sessions is tested on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lean_project.session import Session


@dataclass
class Subject:
    """One implementation. `slow` is code that takes it minutes; `kill` ends its processes."""

    make: Callable[[], Session]
    slow: str
    kill: Callable[[], None]
