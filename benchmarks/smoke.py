"""The smoke suite: a part of the corpus at a small budget of Lean calls, against what was proved before.

    python -m benchmarks.smoke [--write]

It runs the specifications of `FILES` as `gentzen bench` would, one move at a time, so equal code gives equal outcomes,
and compares them task by task with smoke_baseline.json. Code that proves fewer fails when chance does not explain it
(McNemar, one-sided, 5 %). `--write` makes what is proved now the baseline. About a minute on two cores.
`tests/lean/test_smoke.py` runs it with the tests.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lean_project import environ
from lean_project.session import Session
from prover.bench import manifest, metrics, tables
from prover.bench.lean_solver import LeanSolver
from prover.bench.loading import load
from prover.bench.problems import Problem
from prover.bench.run import BenchRun
from prover.bench.settings import BenchSettings
from prover.bench.statistics import compare

CORPUS = Path(__file__).resolve().parents[1] / "tests" / "corpus"
BASELINE = Path(__file__).with_name("smoke_baseline.json")
FILES = (
    "easy/Booleans",
    "easy/Countdown",
    "easy/Divides",
    "easy/Interleave",
    "easy/Maximum",
    "easy/Peano",
    "easy/Replicate",
    "easy/Swap",
    "easy/ZipUnzip",
    "medium/Rotate",
    "medium/SplitJoin",
    "medium/Tally",
)
SETTINGS = BenchSettings(calls=10, heartbeats=10_000, gate=False)
CHANCE = 0.05


class Borrowed(LeanSolver):
    """A solver that leaves its session to whoever opened it."""

    def close(self) -> None:
        """Nothing to end."""


@dataclass(frozen=True)
class Smoke:
    """`outcomes`: outcome by task. `calls`: Lean calls of the proved ones. `seconds`: wall clock of the whole."""

    outcomes: Mapping[str, str]
    calls: Mapping[str, int]
    seconds: float
    table: str

    @property
    def proved(self) -> int:
        return sum(outcome == "proved" for outcome in self.outcomes.values())


def run(session: Session, workers: int = 1) -> Smoke:
    """The suite on a session."""
    started, premises = time.monotonic(), environ.home() / "premises"
    problems: list[Problem] = [each for each in load(CORPUS, "specs") if each.id in FILES]
    if len(problems) != len(FILES):
        raise ValueError(f"the corpus lacks {sorted(set(FILES) - {each.id for each in problems})}")
    with tempfile.TemporaryDirectory(prefix="gentzen-smoke-") as name:
        folder = Path(name)
        data: dict[str, Any] = {"path": "tests/corpus", "format": "specs", "split": "", "limit": 0, "commits": []}
        manifest.begin(folder, problems, SETTINGS, {**data, "sets": {"corpus": len(problems)}}, "smoke", workers)
        BenchRun(
            folder, problems, SETTINGS, lambda: Borrowed(session, SETTINGS, premises=premises), _say, workers
        ).run()
        found = metrics.load(folder)
        tasks = {f"{task.entry.id} {task.name}": task for task in found.tasks}
        return Smoke(
            outcomes={name: task.outcome for name, task in sorted(tasks.items())},
            calls={name: task.proof.calls for name, task in sorted(tasks.items()) if task.proof is not None},
            seconds=time.monotonic() - started,
            table=tables.outcomes(found).markdown(),
        )


def regression(smoke: Smoke, baseline: Mapping[str, Any]) -> str:
    """Why the suite fails against a baseline, "" when it does not. Tasks that the machinery lost say nothing."""
    lost_to_faults = {name for name, outcome in smoke.outcomes.items() if outcome == "machinery"}
    if lost_to_faults:
        return f"the machinery lost {len(lost_to_faults)} tasks: {', '.join(sorted(lost_to_faults))}"
    if baseline["settings"] != SETTINGS.identity() or set(baseline["outcomes"]) != set(smoke.outcomes):
        return "the baseline is of other tasks or settings: rewrite it with `python -m benchmarks.smoke --write`"
    before = {name: outcome == "proved" for name, outcome in baseline["outcomes"].items()}
    now = {name: outcome == "proved" for name, outcome in smoke.outcomes.items()}
    paired = compare(before, now)
    if paired.lost <= paired.gained or paired.p / 2 >= CHANCE:
        return ""
    lost = [name for name in before if before[name] and not now[name]]
    return (
        f"{smoke.proved} tasks are proved, {sum(before.values())} were; {paired.lost} are lost and {paired.gained} "
        f"gained, which chance explains with p = {paired.p / 2:.2g} only. Lost: {', '.join(sorted(lost))}"
    )


def read_baseline() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(BASELINE.read_text(encoding="utf-8"))
    return found


def write_baseline(smoke: Smoke, lean: str) -> None:
    content = {
        "lean": lean,
        "settings": SETTINGS.identity(),
        "proved": smoke.proved,
        "outcomes": dict(smoke.outcomes),
        "calls": dict(smoke.calls),
    }
    BASELINE.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main() -> None:
    from lean_project.embedded.launch import program
    from lean_project.pool import Pool
    from lean_project.runtime import PoolSettings

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="make what is proved now the baseline")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    with Pool(program(), PoolSettings(workers=options.workers)) as pool:
        smoke = run(pool, options.workers)
        lean = f"{pool.info.runtime} {pool.info.lean_version}"
    print(f"{smoke.table}\n{smoke.proved} of {len(smoke.outcomes)} tasks proved in {smoke.seconds:.0f} s")
    if options.write:
        write_baseline(smoke, lean)
        print(f"written to {BASELINE.name}")
        return
    why = regression(smoke, read_baseline())
    if why:
        parser.exit(1, f"regression: {why}\n")


if __name__ == "__main__":
    main()
