"""Memory of one embedded worker over many checks: does it stay where it was?

    python -m benchmarks.memory [--checks 10000]

One process, never recycled; snapshots are kept and dropped as in a real run.
"""

from __future__ import annotations

import argparse
import time

from benchmarks.common import report
from benchmarks.runtime import CHECKS
from lean_project.embedded.launch import program
from lean_project.model import Limits
from lean_project.worker import Worker


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checks", type=int, default=10_000)
    options = parser.parse_args()
    worker = Worker(program())
    opened = worker.open("", Limits())
    assert opened.snapshot is not None
    rows = []
    begin = time.perf_counter()
    for i in range(1, options.checks + 1):
        result = worker.elaborate(opened.snapshot, CHECKS[i % len(CHECKS)].format(i=i), Limits(heartbeats=200_000))
        assert not result.has_error
        if i in (1, 100) or i % max(1, options.checks // 10) == 0:
            stats = worker.stats()
            seconds = time.perf_counter() - begin
            rows.append([i, round(worker.rss() / 2**20), round(stats["heap"] / 2**20), round(i / seconds, 1)])
    worker.close()
    report("memory", "One worker over many checks", ["checks", "resident MiB", "Lean heap MiB", "checks/s"], rows, {})


if __name__ == "__main__":
    main()
