"""Ctrl-C between two steps, never in the middle of one."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def held_back() -> Iterator[None]:
    """A SIGINT inside is handled, by whatever handles it outside, when the block ends. Only the main thread gets any;
    elsewhere this does nothing."""
    outside = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or outside is None:
        yield
        return
    caught: list[tuple[int, FrameType | None]] = []
    signal.signal(signal.SIGINT, lambda number, frame: caught.append((number, frame)))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, outside)
        if caught:
            if callable(outside):
                outside(*caught[0])
            elif outside is signal.SIG_DFL:
                raise KeyboardInterrupt
