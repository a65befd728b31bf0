"""Strategies side by side at equal budgets of Lean calls: one `gentzen bench` run for each set and strategy.

    python -m benchmarks.search [FOLDER...] [--calls 40] [--arms hierarchical,...] [--shard 1/5] [--out bench/search]
    python -m benchmarks.search_report [--out bench/search] [--picture docs/pictures/search.svg]

FOLDERs are benchmarks as `gentzen bench` takes them (default: the corpus of the tests). Every proof goes through the
trusted check. `portfolio`: the finishing moves on the target, the cheapest per expected success first; `flat`: the same
ones in random order. The runs are deterministic, whatever else the machine does; only their seconds are not. Each keeps
its records in --out/SET/ARM, and the same command goes on where it was stopped. `--shard 1/5`: every fifth problem.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

ARMS = ("portfolio", "hierarchical", "flat", "best_first", "mcts")
CORPUS = Path(__file__).resolve().parents[1] / "tests" / "corpus"
OUT = Path("bench") / "search"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="*", default=[CORPUS / name for name in ("easy", "medium", "hard")])
    parser.add_argument("--calls", type=int, default=40)
    parser.add_argument("--arms", default=",".join(ARMS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--shard", default="1/1")
    parser.add_argument("--order", choices=("fixed", "learned"), default="fixed")
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    for folder in options.folders:
        for arm in options.arms.split(","):
            print(f"{folder.name}: {arm}", file=sys.stderr)
            _run(folder, arm, options)


def _run(folder: Path, arm: str, options: argparse.Namespace) -> None:
    command = [sys.executable, "-m", "prover.cli", "bench", str(folder), "--strategy", arm, "--no-gate", "--quiet"]
    for name in ("calls", "seed", "workers", "shard", "order"):
        command += [f"--{name}", str(getattr(options, name))]
    ended = subprocess.run([*command, "--out", str(options.out / folder.name / arm)], stdout=subprocess.DEVNULL)
    if ended.returncode > 1:  # 1: the machinery lost an attempt, which the record says and the next run repeats
        sys.exit(ended.returncode)


if __name__ == "__main__":
    main()
