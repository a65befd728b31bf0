"""Unit tests may run in a process where a pool of real Lean is alive; what they count must not include it."""

from __future__ import annotations

from collections.abc import Iterator

import psutil
import pytest
import stand_in


@pytest.fixture(autouse=True)
def _other_processes() -> Iterator[None]:
    stand_in.OTHERS.clear()
    stand_in.OTHERS.update(psutil.Process().children(recursive=True))
    yield
    stand_in.OTHERS.clear()
