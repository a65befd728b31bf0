"""What the embedded model is worth: runs of `gentzen bench` with the learned order against the fixed one.

    python -m benchmarks.embedded --held-out build/held_out
    gentzen bench build/held_out --strategy portfolio --calls 20 --no-gate --order fixed --out RUNS/own-fixed
    gentzen bench build/held_out --strategy portfolio --calls 20 --no-gate --order learned --out RUNS/own-learned
    python -m benchmarks.embedded own=RUNS/own-fixed,RUNS/own-learned [verina=FIXED,LEARNED ...] [--calls 5] \
        [--picture docs/pictures/embedded.svg]
    python -m benchmarks.embedded --calibration docs/pictures/embedded_calibration.svg
    python -m benchmarks.embedded --latency

The first command writes the held-out spec files of the tests' corpus and the examples into a folder; published
benchmarks are read in place. A task counts where both runs have attempted it. The table goes to results/embedded.json.
`--calibration` draws the reliability of chances on held-out goals from the card of the weights. `--latency`: CPU
milliseconds for ranking all finishing moves and splits of a goal, over the goals of the recorded attempts.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.common import report
from benchmarks.embedded.sources import ROOT, family_of, is_held_out
from decompose.context import GoalContext
from decompose.splitters import splits
from prover.bench import metrics
from prover.bench.metrics import RunData, TaskResult
from prover.bench.records import Outcome
from prover.learned.features import Candidate
from prover.learned.model import shipped_model
from prover.learned.ranking import LearnedRanker
from prover.moves import ordered_moves
from prover.portfolio import Portfolio
from rl.embedded import dataset

CEILINGS = (1, 2, 5, 10, 20)


@dataclass(frozen=True, slots=True)
class Pair:
    """One task under both orders: Lean calls until the proof, None where there is none."""

    fixed: int | None
    learned: int | None


def pairs(fixed: Path, learned: Path, most: int = 10**6) -> tuple[int, list[Pair]]:
    """The Lean calls that both runs allow a task (`most` at most), and the tasks that both have attempted, in order. Of
    a run that allows more, what takes more counts as not proved: a larger budget only continues a smaller one.

    Raises UserError for a folder that holds no run."""
    ours, theirs = metrics.load(fixed), metrics.load(learned)
    ceiling = min(most, *(int(str(each.manifest.settings["calls"])) for each in (ours, theirs)))
    tasks = [_tasks(each) for each in (ours, theirs)]
    both = [key for key in tasks[0] if key in tasks[1]]
    return ceiling, [Pair(*(_calls(side[key], ceiling) for side in tasks)) for key in both]


def _tasks(data: RunData) -> dict[tuple[str, str, str], TaskResult]:
    told = (Outcome.PROVED, Outcome.OPEN, Outcome.LIMIT)
    return {
        (task.entry.set, task.entry.id, task.name): task
        for task in data.tasks
        if task.first is not None and task.first.outcome in told
    }


def _calls(task: TaskResult, ceiling: int) -> int | None:
    first = task.first
    proved = first is not None and first.outcome is Outcome.PROVED and first.calls <= ceiling
    return first.calls if proved and first is not None else None


def row(name: str, ceiling: int, found: Sequence[Pair]) -> list[Any]:
    """A line of the table; the columns are `COLUMNS`."""
    both = [(each.fixed, each.learned) for each in found if each.fixed is not None and each.learned is not None]
    fixed, learned = sum(each.fixed is not None for each in found), sum(each.learned is not None for each in found)
    more, less = learned - len(both), fixed - len(both)
    spent = [sum(side) for side in zip(*both, strict=True)] or [0, 0]
    ratio = spent[0] / spent[1] if spent[1] else None
    return [name, ceiling, len(found), fixed, learned, more, less, _sign_test(more, less), len(both), *spent, ratio]


COLUMNS = (
    "set",
    "calls",
    "tasks",
    "fixed",
    "learned",
    "only learned",
    "only fixed",
    "p",
    "both",
    "fixed's calls",
    "learned's",
    "ratio",
)


def _sign_test(more: int, less: int) -> float:
    """Two-sided exact McNemar test."""
    count = more + less
    tail = sum(math.comb(count, each) for each in range(min(more, less) + 1)) / 2**count if count else 1.0
    return min(1.0, 2 * tail)


def within(found: Sequence[Pair], ceiling: int) -> tuple[int, int]:
    """Tasks proved within so many calls, under both orders."""
    return (
        sum(each.fixed is not None and each.fixed <= ceiling for each in found),
        sum(each.learned is not None and each.learned <= ceiling for each in found),
    )


def picture(sets: dict[str, list[Pair]], ceilings: dict[str, int], path: Path) -> None:
    """Proved tasks against Lean calls, a panel for each set."""
    pyplot = _pyplot()
    figure, axes = pyplot.subplots(1, len(sets), figsize=(3.4 * len(sets), 3.0), squeeze=False)
    for panel, (name, found) in zip(axes.flat, sets.items(), strict=True):
        steps = range(1, ceilings[name] + 1)
        for side, label in enumerate(("fixed", "learned")):
            share = [100 * within(found, ceiling)[side] / len(found) for ceiling in steps]
            panel.step(steps, share, where="post", label=label, color=f"C{side}", linewidth=1.8)
        panel.set_title(f"{name} ({len(found)} tasks)", fontsize=10)
        panel.set_ylim(bottom=0)
        panel.grid(alpha=0.25)
        panel.tick_params(labelsize=8)
    axes[0][0].legend(fontsize=8, frameon=False)
    figure.supxlabel("Lean calls for a task", fontsize=10)
    figure.supylabel("proved, checked (%)", fontsize=10)
    _save(figure, path)


def calibration(card: dict[str, Any], path: Path) -> None:
    """Reliability on held-out families: of a move that it proves its goal, and of a goal that it is proved."""
    pyplot = _pyplot()
    figure, axes = pyplot.subplots(1, 2, figsize=(7.0, 3.2), squeeze=False)
    for panel, (key, title) in zip(axes.flat, (("moves", "a move"), ("goals", "a goal")), strict=True):
        metric = card["metrics"]["held_out"][key]
        bins = metric["reliability"]
        most = max(count for _, _, count, _, _ in bins)
        panel.plot([0, 1], [0, 1], color="0.6", linewidth=0.8, linestyle="--")
        panel.scatter(
            [mean for *_, mean, _ in bins],
            [rate for *_, rate in bins],
            s=[12 + 120 * count / most for _, _, count, _, _ in bins],
        )
        panel.set_title(f"{title} (n = {metric['examples']}, ECE {metric['calibration_error']:.3f})", fontsize=10)
        panel.set_xlim(0, 1)
        panel.set_ylim(0, 1)
        panel.grid(alpha=0.25)
        panel.tick_params(labelsize=8)
    figure.supxlabel("estimated chance", fontsize=10)
    figure.supylabel("proved", fontsize=10)
    _save(figure, path)


def _pyplot() -> Any:
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    matplotlib.rcParams["svg.hashsalt"] = "gentzen"  # the same numbers give the same file
    return pyplot


def _save(figure: Any, path: Path) -> None:
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None})


def latency(most: int = 80, repeats: int = 5) -> list[tuple[int, float, float]]:
    """For each of the recorded goals: how many moves it has, CPU milliseconds for ranking the finishing ones, and for
    the splits after that. Of several times the least: the others say how busy the machine was."""
    rows, _ = dataset.read(Path(__file__).parent / "attempts.jsonl.gz")
    shipped_model()  # reading it is no part of what is measured
    portfolio, found = Portfolio(), []
    for row in rows[:: max(1, len(rows) // most)]:
        context = dataset.context_of(row["context"])
        seen: list[list[Candidate]] = []

        class Listener:
            def order(self, context: GoalContext, candidates: Sequence[Candidate]) -> None:
                seen.append(list(candidates))  # noqa: B023 (it is called at once)

            splits = order

        for _ in ordered_moves(context, portfolio, splits, None, set(), row["trail"], Listener()):
            pass
        finishing, others = seen
        times: list[tuple[float, float]] = []
        for _ in range(repeats):
            ranker = LearnedRanker()
            began = time.process_time()
            list(islice(ranker.order(context, finishing) or (), 20))
            between = time.process_time()
            ranker.splits(context, others)
            times.append((1000 * (between - began), 1000 * (time.process_time() - between)))
        found.append((len(finishing) + len(others), min(t for t, _ in times), min(t for _, t in times)))
    return found


def held_out(folder: Path) -> int:
    """Copy the held-out spec files into `folder`, a subfolder for each level; how many there are."""
    count = 0
    for level in (*(ROOT / "tests" / "corpus" / name for name in ("easy", "medium", "hard")), ROOT / "examples"):
        for path in sorted(level.glob("*.lean")):
            if is_held_out(family_of(path.stem)) and not path.name.endswith(".proved.lean"):
                (folder / level.name).mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, folder / level.name / path.name)
                count += 1
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="*", metavar="SET=FIXED,LEARNED")
    parser.add_argument("--calls", type=int, default=10**6, help="what takes more counts as not proved")
    parser.add_argument("--name", default="embedded", help="of the file in results/")
    parser.add_argument("--picture", type=Path)
    parser.add_argument("--calibration", type=Path)
    parser.add_argument("--latency", action="store_true")
    parser.add_argument("--held-out", type=Path, metavar="DIR")
    options = parser.parse_args()
    if options.held_out:
        print(f"{held_out(options.held_out)} files in {options.held_out}")
    if options.latency:
        times = latency()
        middle, late = len(times) // 2, len(times) * 95 // 100
        names = ("moves", "CPU ms, finishing moves", "CPU ms, splits after them")
        columns = [sorted(column) for column in zip(*times, strict=True)]
        rows = [[name, round(each[middle], 2), round(each[late], 2)] for name, each in zip(names, columns, strict=True)]
        report("embedded_latency", f"Ranking the moves of {len(times)} goals", ["", "median", "95 %"], rows, {})
    if options.calibration:
        card = ROOT / "prover" / "learned" / "card.json"
        calibration(json.loads(card.read_text(encoding="utf-8")), options.calibration)
    if not options.runs:
        return
    sets: dict[str, list[Pair]] = {}
    ceilings: dict[str, int] = {}
    for each in options.runs:
        name, _, folders = each.partition("=")
        fixed, _, learned = folders.partition(",")
        ceilings[name], sets[name] = pairs(Path(fixed), Path(learned), options.calls)
    if len(sets) > 1:
        sets["all"] = [pair for found in sets.values() for pair in found]
        ceilings["all"] = max(ceilings.values())
    curves = {name: {str(n): within(found, n) for n in CEILINGS} for name, found in sets.items()}
    rows = [row(name, ceilings[name], found) for name, found in sets.items()]
    report(
        options.name,
        "Learned order against the fixed one, proved by the trusted check",
        COLUMNS,
        rows,
        {"within": curves},
    )
    if options.picture:
        picture(sets, ceilings, options.picture)


if __name__ == "__main__":
    main()
