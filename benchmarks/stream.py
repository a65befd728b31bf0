"""Streaming against lock-step: the same updates from engines that take a set time, side by side in one run.

    python -m benchmarks.stream [--updates 12] [--repeats 3]

The engines only wait (generation, Lean's check, and an update as long as a batch takes to generate), so the ratio says
what the pipeline itself gains and costs; the rows that were trained on must be equal.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.common import machine, report
from rl.stream.engines import Prompt, Rollout
from rl.stream.pipeline import Stream, StreamSettings
from rl.stream.store import RowStore

GROUPS, ROLLOUTS = 4, 4


@dataclass
class Waiting:
    """Engines that take their time: seconds for a group, for a check and for an update."""

    group: float
    check: float
    update: float
    version: int = 0

    def prompts(self, batch: int) -> Sequence[Prompt]:
        return [Prompt(f"{batch} {group}", "") for group in range(GROUPS)]

    def load(self, version: int) -> None:
        pass

    def generate(self, prompt: Prompt, rollouts: int, seed: int) -> list[dict[str, Any]]:
        time.sleep(self.group)
        return [{"seed": seed, "number": number} for number in range(rollouts)]

    def grade(self, prompt: Prompt, payload: dict[str, Any]) -> float | None:
        time.sleep(self.check)
        return float(payload["seed"] % 2)

    def step(self, rollouts: Sequence[Rollout]) -> int:
        time.sleep(self.update)
        self.version += 1
        return self.version


def seconds(staleness: int, updates: int) -> tuple[float, int]:
    engines = Waiting(group=0.05, check=0.02, update=0.2)
    with tempfile.TemporaryDirectory() as folder, RowStore(Path(folder) / "rows") as store:
        begin = time.perf_counter()
        Stream(store, engines, engines, engines, engines, StreamSettings(updates, ROLLOUTS, staleness)).run()
        return time.perf_counter() - begin, len(store.trained())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--updates", type=int, default=12)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    taken: dict[int, list[float]] = {0: [], 1: [], 2: []}
    for _ in range(options.repeats):  # in turn, so that whatever else the machine does meets all of them
        for staleness, values in taken.items():
            value, rows = seconds(staleness, options.updates)
            assert rows == options.updates * GROUPS * ROLLOUTS
            values.append(value)
    base = statistics.median(taken[0])
    table = [
        [f"staleness {bound}", round(statistics.median(v), 2), f"{base / statistics.median(v):.2f}"]
        for bound, v in taken.items()
    ]
    title = f"Seconds for {options.updates} updates of {GROUPS * ROLLOUTS} rollouts; ratio to lock-step (staleness 0)"
    report("stream", title, ["", "median s", "lock-step / this"], table, {"machine": machine(), "seconds": taken})


if __name__ == "__main__":
    main()
