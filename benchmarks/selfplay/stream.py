"""Streaming against lock-step with everything real: a checkpoint that samples, Lean that judges, a trainer that learns.

    python -m benchmarks.selfplay.stream CHECKPOINT [--updates 6] [--repeats 3] [--workers 1]

CHECKPOINT: any model folder, for instance one of `benchmarks.selfplay` (OUT/selfplay-1/run/start/checkpoint). Each
repeat makes the same updates with TRL's own loop, in lock-step and as a stream, in turn, without a cache of Lean's
answers. What can be gained depends on the machine: sampling, training and Lean share its cores.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.common import machine, report
from benchmarks.selfplay.world import write
from lean_project.embedded.launch import program
from lean_project.pool import Pool
from lean_project.runtime import PoolSettings
from rl.run.config import Reinforce
from rl.run.reinforce import Improve
from rl.selfplay.lean_world import LeanWorld

ARMS: dict[str, int | None] = {"TRL's own loop": None, "lock-step": 0, "stream, one update old": 1}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--updates", type=int, default=6)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--statements", type=int, default=12)
    options = parser.parse_args()
    taken: dict[str, list[float]] = {arm: [] for arm in ARMS}
    with (
        tempfile.TemporaryDirectory() as folder,
        Pool(program(), PoolSettings(workers=options.workers)) as session,
    ):
        train, _ = write(Path(folder) / "world")
        world = LeanWorld(session, train)
        statements = world.theory().dataset[: options.statements]
        for repeat in range(options.repeats):  # in turn, so that whatever else the machine does meets all of them
            for arm, staleness in ARMS.items():
                settings = Reinforce(
                    updates=options.updates,
                    prompts=2,
                    rollouts=8,
                    completion_tokens=48,
                    replay_weight=0.0,
                    staleness=staleness,
                )
                improve = Improve(settings, world, session)
                with improve.tasks(statements) as tasks:
                    out = Path(folder) / f"{repeat}-{staleness}"
                    begin = time.perf_counter()
                    improve.train(options.checkpoint, out, tasks, [], seed=repeat)
                    taken[arm].append(time.perf_counter() - begin)
    base = statistics.median(taken["lock-step"])
    rows = [[arm, round(statistics.median(v), 1), f"{base / statistics.median(v):.2f}"] for arm, v in taken.items()]
    title = f"Seconds for {options.updates} updates of 16 rollouts, {options.workers} Lean worker"
    report("stream_real", title, ["", "median s", "lock-step / this"], rows, {"machine": machine(), "seconds": taken})


if __name__ == "__main__":
    main()
