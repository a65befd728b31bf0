"""The native worker, which the embedded Lean runs, for all tests of a process."""

from __future__ import annotations

import pytest
from native_worker import Ask, asking, elaborate_sources

from lean_project.model import Snapshot
from lean_project.pool import Pool


@pytest.fixture(scope="session")
def worker_code(embedded: Pool) -> Snapshot:
    """The state in which every source of the worker was elaborated, and can be run."""
    return elaborate_sources(embedded)


@pytest.fixture(scope="session")
def ask(embedded: Pool, worker_code: Snapshot) -> Ask:
    """Send requests to a fresh native worker; its replies. Snapshots are numbered from 1."""
    return asking(embedded, worker_code)
