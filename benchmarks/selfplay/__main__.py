"""Does self-play learn? A tiny model from nothing, real Lean, held-out programs; arms and seeds side by side.

    python -m benchmarks.selfplay [--seeds 1,2,3] [--arms selfplay,...] [--rounds 4] [--known 12] [--out bench/selfplay]
    python -m benchmarks.selfplay --report

Each arm with each seed is one `gentzen train` run in --out/ARM-SEED (extra `train`), resumed where it was stopped. All
arms of a seed begin with the same supervised start: the portfolio's proofs of `--known` theorems of the training
programs, drawn by the seed; the others are open, as most of a dataset is in STP. Every training makes the same number
of updates, however many rows there are. The held-out programs are attempted after the start and after every round, with
the same draws. The report says how many of their theorems are proved, and how many single draws prove theirs (mean
over seeds, smallest and largest), as tables and as curves (--picture).
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from benchmarks.common import machine, report
from benchmarks.selfplay.world import write
from prover.bench.statistics import compare, paired_interval
from rl.data.files import read_json, read_lines, write_lines
from rl.data.rows import Completion
from rl.run.progress import BASELINE
from rl.run.run import scores
from rl.run.updates import REINFORCED, path_of, read_updates
from rl.selfplay.gauges import Gauges
from rl.selfplay.records import Trial
from rl.selfplay.round import EVALUATION, SELECTION, TRAINING

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
            "seeds": {"rate": 0.0},
            "conjectures": {"per_seed": 4, "at_most": 64, "rules": True},
            "filters": {"automation": False},  # what one call of automation proves is not easy for this model
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
        "start": {"rows": ["start.jsonl"], "rule_rounds": 0},
        "supervised": {"epochs": 8, "rows": 224, "batch": 8, "learning_rate": 0.002, "restart": True},
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


def portfolio_rows(out: Path, train: list[Path], held: list[Path]) -> Path:
    """What the portfolio proves of the training programs, made once: a round of self-play by rules, which has nothing
    to conjecture from yet. The held-out theorems are named so that none of them is among the rows, not evaluated."""
    folder = out / "portfolio"
    rows = folder / "run" / "round-000" / SELECTION / "own.jsonl"
    if not rows.exists():
        folder.mkdir(parents=True, exist_ok=True)
        config = folder / "selfplay.yaml"
        played = settings(0, 1, train, held)["selfplay"]
        played["evaluation"]["every"] = 2
        kept = {
            name: played[name] for name in ("out", "files", "rounds", "seed", "prover_rows", "evaluation", "workers")
        }
        config.write_text(yaml.safe_dump({**kept, "prove": {"samples": 3, "later_samples": 3, "seconds": 20}}))
        subprocess.run([sys.executable, "-m", "rl.selfplay", str(config)], stdout=subprocess.DEVNULL, check=True)
    return rows


def start_rows(rows: Sequence[Completion], seed: int, known: int) -> list[Completion]:
    """The rows of so many theorems, drawn by the seed."""
    keys = sorted({row.theorem.strict_key for row in rows})
    drawn = set(random.Random(seed).sample(keys, min(known, len(keys))))
    return [row for row in rows if row.theorem.strict_key in drawn]


def run(arm: str, seed: int, options: argparse.Namespace) -> None:
    out = options.out.resolve()
    folder = out / f"{arm}-{seed}"
    train, held = write(out / "world")
    folder.mkdir(parents=True, exist_ok=True)
    rows = read_lines(portfolio_rows(out, train, held), Completion)
    write_lines(folder / "start.jsonl", start_rows(rows, seed, options.known))
    config = folder / "train.yaml"
    config.write_text(yaml.safe_dump(merged(settings(seed, options.rounds, train, held), ARMS[arm]), sort_keys=False))
    ended = subprocess.run(
        [sys.executable, "-m", "prover.cli", "train", str(config)],
        stdout=subprocess.DEVNULL,
        env=os.environ | {"OMP_NUM_THREADS": "1"},  # small matrices: more threads only wait for each other
    )
    if ended.returncode > 1:
        sys.exit(ended.returncode)


Measured = dict[str, dict[int, list[float]]]
"""By arm and round (-1: the start), one number for each seed."""


def measured(out: Path, most: int) -> tuple[Measured, Measured]:
    """Of the first `most` rounds: the share of held-out theorems that are proved within their draws, and the share of
    all draws that prove theirs (finer: it does not saturate when most theorems are proved by one draw of several)."""
    theorems: Measured = {}
    draws: Measured = {}
    for arm in ARMS:
        for folder in sorted(out.glob(f"{arm}-*")):
            run = folder / "run"
            places = [run / BASELINE, *sorted(run.glob(f"round-*/{EVALUATION}"))]
            for score, place in zip(scores(run)[: most + 1], places, strict=False):
                trials = read_lines(place / "trials.jsonl", Trial)
                won, tried = sum(each.successes for each in trials), sum(each.answered for each in trials)
                theorems.setdefault(arm, {}).setdefault(score.round, []).append(score.solved / score.answered)
                draws.setdefault(arm, {}).setdefault(score.round, []).append(won / tried)
    return theorems, draws


def proved(out: Path, arm: str, rounds: int) -> dict[str, bool]:
    """By seed and held-out theorem: whether it is proved after so many rounds. Only seeds that have come so far."""
    found: dict[str, bool] = {}
    for folder in sorted(out.glob(f"{arm}-*")):
        trials = folder / "run" / f"round-{rounds - 1:03d}" / EVALUATION / "trials.jsonl"
        if trials.exists():
            found |= {
                f"{folder.name.rpartition('-')[2]} {t.strict_key[:12]}": t.successes > 0
                for t in read_lines(trials, Trial)
            }
    return found


def against(out: Path, rounds: int) -> list[list[Any]]:
    """Self-play against each other arm, theorem by theorem of the same seeds."""
    own, rows = proved(out, "selfplay", rounds), list[list[Any]]()
    for arm in ARMS:
        other = proved(out, arm, rounds)
        if arm == "selfplay" or not other or not own:
            continue
        found = compare(other, own)
        span = paired_interval(found)
        difference = f"{100 * found.difference:+.0f} ({100 * span.low:+.0f} to {100 * span.high:+.0f})"
        rows.append([arm, found.tasks, found.gained, found.lost, difference, f"{found.p:.2f}"])
    return rows


def effort(out: Path, rounds: int) -> list[list[Any]]:
    """By arm: what the rounds did, mean over seeds."""
    rows = list[list[Any]]()
    for arm in ARMS:
        found: list[tuple[float, ...]] = []
        for folder in sorted(out.glob(f"{arm}-*")):
            paths = sorted((folder / "run").glob(f"round-*/{SELECTION}/gauges.json"))[:rounds]
            gauges = [Gauges.model_validate(read_json(path)) for path in paths]
            if len(gauges) == rounds:
                kept, proved = (sum(getattr(each, name) for each in gauges) for name in ("kept", "conjectures_proved"))
                attempts, given = sum(each.attempts for each in gauges), gauges[-1].dataset_solved
                found.append(
                    (attempts, kept, proved, given, _reward(folder / "run", 0), _reward(folder / "run", rounds - 1))
                )
        if found:
            means = [statistics.fmean(column) for column in zip(*found, strict=True)]
            rows.append([arm, *(round(mean) for mean in means[:4]), *(f"{mean:.2f}" for mean in means[4:]), len(found)])
    return rows


def _reward(run: Path, number: int) -> float:
    """The mean reward of the rollouts of a round, 0 where nothing was rolled out."""
    folders = sorted(run.glob(f"round-*/{TRAINING}"))
    means = [update["reward"] for update in read_updates(path_of(folders[number], REINFORCED)) if "reward" in update]
    return statistics.fmean(means) if means else 0.0


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
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--known", type=int, default=12, help="theorems whose proofs the start learns from")
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
    theorems, draws = measured(options.out, options.rounds)
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
    rows = against(options.out, options.rounds)
    heads = [
        "self-play against",
        "theorems",
        "proved by it alone",
        "by the other alone",
        "difference, points (95 %)",
        "p",
    ]
    title = f"After {options.rounds} rounds, the same theorems of the same seeds; Newcombe's interval, McNemar's p"
    outcomes = {arm: found for arm in ARMS if (found := proved(options.out, arm, options.rounds))}
    kept = {"machine": machine(), "proved": outcomes}
    report("selfplay_paired", title, heads, rows, kept, markdown=options.markdown)
    heads = [
        "arm",
        "attempts in training",
        "conjectures kept",
        "of them proved",
        "training theorems proved",
        "reward, first round",
        "last round",
        "seeds",
    ]
    title = f"What {options.rounds} rounds did: mean over seeds"
    report(
        "selfplay_effort",
        title,
        heads,
        effort(options.out, options.rounds),
        {"machine": machine()},
        markdown=options.markdown,
    )
    if options.picture:
        picture([("theorems proved", theorems), ("draws that prove", draws)], options.picture)


def _cell(values: Sequence[float]) -> str:
    if not values:
        return "-"
    mean, low, high = (100 * each for each in (statistics.fmean(values), min(values), max(values)))
    return f"{mean:.0f} ({low:.0f} to {high:.0f})"


if __name__ == "__main__":
    main()
