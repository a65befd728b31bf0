"""Does self-play learn? A tiny model from nothing, real Lean, held-out programs; arms and seeds side by side.

    python -m benchmarks.selfplay [--seeds 1,2,3] [--arms selfplay,...] [--rounds 5] [--out bench/selfplay]
    python -m benchmarks.selfplay --report

Each arm with each seed is one `gentzen train` run in --out/ARM-SEED (extra `train`), resumed where it was stopped. All
begin with the same supervised start for a seed: what one round of rules and portfolio proves of the training programs.
The held-out programs are attempted after the start and after every round, with the same draws. The report says how many
of their theorems are proved (mean over seeds, smallest and largest), as a table and as a curve (--picture).
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from benchmarks.common import machine, report
from benchmarks.selfplay.world import write
from rl.run.run import scores

ARMS: dict[str, dict[str, Any]] = {
    "selfplay": {},
    "expert_iteration": {"selfplay": {"seeds": {"rate": 1.0, "given": False}}},
    "no_guide": {"selfplay": {"guide": {"enabled": False}}},
    "no_reinforcement": {"reinforce": {"updates": 0}},
    "no_replay": {"reinforce": {"replay_weight": 0.0}},
}
"""What each arm changes of `settings`. expert_iteration: no seeds, so no conjectures."""


def settings(seed: int, rounds: int, train: list[Path], held: list[Path]) -> dict[str, Any]:
    return {
        "selfplay": {
            "out": "run",
            "files": [str(path) for path in train],
            "rounds": rounds,
            "seed": seed,
            "conjectures": {"per_seed": 1, "at_most": 24},
            "prove": {"samples": 4, "later_samples": 4, "seconds": 20, "heartbeats": 10_000, "tokens": 48},
            "prover_rows": {"rate": 1.0, "buffer": 99},
            "select": {"high": 0.75},
            "evaluation": {"files": [str(path) for path in held], "samples": 4},
            "workers": 1,
        },
        "model": {
            "sizes": {
                "layers": 4,
                "hidden": 96,
                "heads": 3,
                "kv_heads": 1,
                "intermediate": 256,
                "context": 512,
                "vocabulary": 700,
            }
        },
        "start": {"rule_rounds": 3, "samples": 3},
        "supervised": {"epochs": 10, "batch": 8, "learning_rate": 0.002, "restart": True},
        "reinforce": {
            "updates": 8,
            "prompts": 2,
            "rollouts": 8,
            "statements": 16,
            "completion_tokens": 48,
            "learning_rate": 0.0001,
        },
        "machine": {"cores": 2},
    }


def merged(base: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    made = dict(base)
    for name, value in change.items():
        made[name] = merged(base.get(name, {}), value) if isinstance(value, dict) else value
    return made


def run(arm: str, seed: int, options: argparse.Namespace) -> None:
    folder = options.out.resolve() / f"{arm}-{seed}"
    train, held = write(options.out.resolve() / "world")
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "train.yaml"
    config.write_text(yaml.safe_dump(merged(settings(seed, options.rounds, train, held), ARMS[arm]), sort_keys=False))
    ended = subprocess.run(
        [sys.executable, "-m", "prover.cli", "train", str(config)],
        stdout=subprocess.DEVNULL,
        env=os.environ | {"OMP_NUM_THREADS": "1"},  # small matrices: more threads only wait for each other
    )
    if ended.returncode > 1:
        sys.exit(ended.returncode)


def solved(out: Path) -> dict[str, dict[int, list[int]]]:
    """By arm and round (-1: the start) the held-out theorems proved, one number for each seed."""
    found: dict[str, dict[int, list[int]]] = {}
    for arm in ARMS:
        for folder in sorted(out.glob(f"{arm}-*")):
            for score in scores(folder / "run"):
                found.setdefault(arm, {}).setdefault(score.round, []).append(score.solved)
    return found


def picture(found: dict[str, dict[int, list[int]]], of: int, path: Path) -> None:
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    matplotlib.rcParams["svg.hashsalt"] = "gentzen"
    figure, axes = pyplot.subplots(figsize=(7, 3.6))
    for number, (arm, rounds) in enumerate(found.items()):
        places = sorted(rounds)
        means = [100 * statistics.fmean(rounds[each]) / of for each in places]
        low = [100 * min(rounds[each]) / of for each in places]
        high = [100 * max(rounds[each]) / of for each in places]
        axes.plot(places, means, marker="o", label=arm.replace("_", " "), color=f"C{number}", linewidth=2)
        axes.fill_between(places, low, high, alpha=0.15, color=f"C{number}")
    axes.set_xlabel("round (-1: the supervised start)")
    axes.set_ylabel("held-out theorems proved (%)")
    axes.set_ylim(0, 100)
    axes.grid(alpha=0.25)
    axes.legend(fontsize=8, frameon=False)
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--arms", default=",".join(ARMS))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", type=Path, default=Path("bench") / "selfplay")
    parser.add_argument("--report", action="store_true", help="only print and write what there is")
    parser.add_argument("--picture", type=Path)
    options = parser.parse_args()
    if not options.report:
        for seed in map(int, options.seeds.split(",")):
            for arm in options.arms.split(","):
                print(f"{arm}, seed {seed}", file=sys.stderr)
                run(arm, seed, options)
    found = solved(options.out)
    if not found:
        parser.exit(2, f"There are no runs in {options.out}.\n")
    of = max(score.statements for folder in options.out.glob("*-*") for score in scores(folder / "run"))
    rounds = sorted({number for each in found.values() for number in each})
    rows = [
        [arm, *(_cell(each.get(number, [])) for number in rounds), max(map(len, each.values()))]
        for arm, each in found.items()
    ]
    heads = ["arm", *("start" if number < 0 else f"round {number}" for number in rounds), "seeds"]
    title = f"Held-out theorems proved, of {of}: mean (least to most) over seeds"
    report("selfplay", title, heads, rows, {"machine": machine(), "solved": found})
    if options.picture:
        picture(found, of, options.picture)


def _cell(values: list[int]) -> str:
    return f"{statistics.fmean(values):.1f} ({min(values)} to {max(values)})" if values else "-"


if __name__ == "__main__":
    main()
