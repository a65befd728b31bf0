"""Does self-play learn? A tiny model from nothing, real Lean, held-out programs; arms and seeds side by side.

    python -m benchmarks.selfplay [--seeds 1,2,3] [--arms selfplay,...] [--rounds 5] [--out bench/selfplay]
    python -m benchmarks.selfplay --report

Each arm with each seed is one `gentzen train` run in --out/ARM-SEED (extra `train`), resumed where it was stopped. All
begin with the same supervised start for a seed: what one round of rules and portfolio proves of the training programs.
The held-out programs are attempted after the start and after every round, with the same draws. The report says how many
of their theorems are proved, and how many single draws prove theirs (mean over seeds, smallest and largest), as tables
and as curves (--picture).
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from benchmarks.common import machine, report
from benchmarks.selfplay.world import write
from rl.data.files import read_lines
from rl.run.progress import BASELINE, START
from rl.run.run import ROWS, scores
from rl.selfplay.records import Trial
from rl.selfplay.round import EVALUATION

FIRST = "selfplay"
"""The arm that makes the start's rows, for all arms of its seed."""
ARMS: dict[str, dict[str, Any]] = {
    "selfplay": {},
    "expert_iteration": {"selfplay": {"conjectures": {"enabled": False}}},
    "no_guide": {"selfplay": {"guide": {"enabled": False}}},
    "no_reinforcement": {"reinforce": {"updates": 0}},
    "no_replay": {"reinforce": {"replay_weight": 0.0}},
}
"""What each arm changes of `settings`. expert_iteration: no conjectures after the start."""


def settings(seed: int, rounds: int, train: list[Path], held: list[Path]) -> dict[str, Any]:
    return {
        "selfplay": {
            "out": "run",
            "files": [str(path) for path in train],
            "rounds": rounds,
            "seed": seed,
            "conjectures": {"per_seed": 2, "at_most": 24, "rules": True},
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
        "start": {"rule_rounds": 2, "samples": 3},
        "supervised": {"epochs": 8, "batch": 8, "learning_rate": 0.002, "restart": True},
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
    said = merged(settings(seed, options.rounds, train, held), ARMS[arm])
    rows = options.out.resolve() / f"{FIRST}-{seed}" / "run" / START / ROWS
    if arm != FIRST and rows.exists():  # the same rows give the same start
        said["start"] = {"rows": [str(rows)], "rule_rounds": 0}
    config.write_text(yaml.safe_dump(said, sort_keys=False))
    ended = subprocess.run(
        [sys.executable, "-m", "prover.cli", "train", str(config)],
        stdout=subprocess.DEVNULL,
        env=os.environ | {"OMP_NUM_THREADS": "1"},  # small matrices: more threads only wait for each other
    )
    if ended.returncode > 1:
        sys.exit(ended.returncode)


Measured = dict[str, dict[int, list[float]]]
"""By arm and round (-1: the start), one number for each seed."""


def measured(out: Path) -> tuple[Measured, Measured]:
    """The share of held-out theorems that are proved within their draws, and the share of all draws that prove theirs
    (finer: it does not saturate when most theorems are proved by one draw of several)."""
    theorems: Measured = {}
    draws: Measured = {}
    for arm in ARMS:
        for folder in sorted(out.glob(f"{arm}-*")):
            run = folder / "run"
            places = [run / BASELINE, *sorted(run.glob(f"round-*/{EVALUATION}"))]
            for score, place in zip(scores(run), places, strict=False):
                trials = read_lines(place / "trials.jsonl", Trial)
                won, tried = sum(each.successes for each in trials), sum(each.answered for each in trials)
                theorems.setdefault(arm, {}).setdefault(score.round, []).append(score.solved / score.answered)
                draws.setdefault(arm, {}).setdefault(score.round, []).append(won / tried)
    return theorems, draws


def picture(found: Sequence[tuple[str, Measured]], path: Path) -> None:
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    matplotlib.rcParams["svg.hashsalt"] = "gentzen"
    figure, panels = pyplot.subplots(1, len(found), figsize=(10, 3.8), squeeze=False)
    for axes, (title, values) in zip(panels.flat, found, strict=True):
        for arm, rounds in values.items():
            places = sorted(rounds)
            colour = f"C{list(ARMS).index(arm)}"
            axes.plot(
                places,
                [100 * statistics.fmean(rounds[each]) for each in places],
                marker="o",
                label=arm.replace("_", " "),
                color=colour,
                linewidth=2,
            )
            low, high = ([100 * end(rounds[each]) for each in places] for end in (min, max))
            axes.fill_between(places, low, high, alpha=0.12, color=colour)
        axes.set_title(title, fontsize=10)
        axes.set_xlabel("round (-1: the supervised start)")
        axes.set_ylim(0, 100)
        axes.grid(alpha=0.25)
    panels[0][0].set_ylabel("%")
    panels[0][0].legend(fontsize=8, frameon=False)
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
    parser.add_argument("--markdown", action="store_true", help="tables for a document")
    parser.add_argument("--picture", type=Path)
    options = parser.parse_args()
    if not options.report:
        for seed in map(int, options.seeds.split(",")):
            for arm in options.arms.split(","):
                print(f"{arm}, seed {seed}", file=sys.stderr)
                run(arm, seed, options)
    theorems, draws = measured(options.out)
    if not theorems:
        parser.exit(2, f"There are no runs in {options.out}.\n")
    rounds = sorted({number for each in theorems.values() for number in each})
    heads = ["arm", *("start" if number < 0 else f"round {number}" for number in rounds), "seeds"]
    told = [
        ("selfplay", "Held-out theorems proved within their draws, %: mean (least to most) over seeds", theorems),
        ("selfplay_draws", "Draws that prove their held-out theorem, %: mean (least to most) over seeds", draws),
    ]
    for name, title, values in told:
        rows = [
            [arm, *(_cell(each.get(number, [])) for number in rounds), max(map(len, each.values()))]
            for arm, each in values.items()
        ]
        report(name, title, heads, rows, {"machine": machine(), "measured": values}, markdown=options.markdown)
    if options.picture:
        picture([("theorems proved", theorems), ("draws that prove", draws)], options.picture)


def _cell(values: Sequence[float]) -> str:
    if not values:
        return "-"
    mean, low, high = (100 * each for each in (statistics.fmean(values), min(values), max(values)))
    return f"{mean:.0f} ({low:.0f} to {high:.0f})"


if __name__ == "__main__":
    main()
