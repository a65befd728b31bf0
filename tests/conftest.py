"""Fixtures over real Lean. Tests that use them carry the marker `lean`; the runtime is installed on first use."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest
from hypothesis import settings

from lean_project.pool import Pool
from lean_project.runtime import PoolSettings, RuntimeProgram


def pytest_configure() -> None:
    """A shell that starts the tests in the background has SIGINT ignored, in all their children too: they send it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # How long an example takes depends on what else the machine does.
    settings.register_profile("gentzen", deadline=None)
    settings.load_profile("gentzen")


@pytest.fixture(scope="session")
def embedded_program() -> RuntimeProgram:
    from lean_project.embedded.launch import program

    return program()


@pytest.fixture(scope="session")
def embedded(embedded_program: RuntimeProgram) -> Iterator[Pool]:
    """A pool over the embedded Lean, shared by all tests of a process."""
    with Pool(embedded_program, PoolSettings(workers=1)) as pool:
        yield pool
