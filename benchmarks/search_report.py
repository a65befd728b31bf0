"""Tables and a picture of the runs that `benchmarks.search` made.

    python -m benchmarks.search_report [--out bench/search] [--picture docs/pictures/search.svg]

Writes results/search.json: for each set and strategy the theorems proved within so many Lean calls, of those that all
strategies have answered, and how many proofs that were found the trusted check refused; what each strategy proves of
those that the portfolio leaves open at the same ceiling; how well the footprint predicts which are proved
(AUROC). The picture (needs matplotlib, extra `bench`) shows proved theorems against calls.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.common import report
from benchmarks.search import ARMS, OUT
from decompose.calibration import auroc
from prover.bench.metrics import RunData, TaskResult, load
from prover.bench.statistics import mcnemar, wilson

CEILINGS = (1, 2, 5, 10, 20)
EARLY = 5
"""Lean calls after which what the portfolio has not proved yet counts as out of its easy reach."""
CORPUS = ("easy", "medium", "hard")
HIERARCHICAL = "hierarchical"
Runs = dict[str, dict[str, RunData]]
"""By set and arm."""


def read(out: Path) -> Runs:
    names = sorted((path.name for path in out.iterdir()), key=lambda name: (name not in CORPUS, name))
    names.sort(key=lambda name: CORPUS.index(name) if name in CORPUS else len(CORPUS))
    return {
        name: {arm: load(out / name / arm) for arm in ARMS if (out / name / arm / "run.json").exists()}
        for name in names
    }


def answered(run: RunData) -> dict[tuple[str, str], TaskResult]:
    """The tasks with an attempt that says something, by problem and name."""
    return {(task.entry.id, task.name): task for task in run.tasks if task.telling}


def calls_to_proof(task: TaskResult) -> float:
    """Lean calls of the proof, infinite without one."""
    return task.proof.calls if task.proof is not None else float("inf")


def common(arms: dict[str, RunData]) -> dict[str, list[TaskResult]]:
    """For each arm the tasks that all of them answer, in the same order; arms without any answer are left out."""
    found = {arm: tasks for arm, run in arms.items() if (tasks := answered(run))}
    keys = sorted(set.intersection(*(set(tasks) for tasks in found.values()))) if found else []
    return {arm: [tasks[key] for key in keys] for arm, tasks in found.items()}


def table(runs: Runs) -> list[list[Any]]:
    found = []
    for name, arms in runs.items():
        for arm, tasks in common(arms).items():
            proved = [calls_to_proof(task) for task in tasks if task.proof is not None]
            ends = wilson(len(proved), len(tasks))
            rate = f"{100 * len(proved) / max(len(tasks), 1):.0f} ({100 * ends.low:.0f} to {100 * ends.high:.0f})"
            within = [sum(calls <= ceiling for calls in proved) for ceiling in CEILINGS]
            attempts = [attempt for task in tasks for attempt in task.attempts]
            median = statistics.median(proved) if proved else "-"
            calls, lean = (sum(getattr(each, field) for each in attempts) for field in ("calls", "lean_seconds"))
            refused = sum(bool(each.refused) for each in attempts)
            found.append([name, arm, len(tasks), *within, rate, median, calls, round(lean), refused])
    return found


def beyond(runs: Runs, base: str = "portfolio") -> list[list[Any]]:
    """Each arm against `base` on the tasks that both answer: what it proves of those that `base` leaves open, and what
    each of them proves of those that `base` does not prove within its first EARLY calls."""
    found = []
    groups: Runs = dict(runs)
    for label, names in (("corpus", CORPUS), ("data", tuple(set(runs) - set(CORPUS)))):
        merged = [each for each in names if each in runs]
        if len(merged) > 1:
            found += [_beyond(label, arm, [groups[name] for name in merged], base) for arm in ARMS if arm != base]
    for name, arms in groups.items():
        found += [_beyond(name, arm, [arms], base) for arm in arms if arm != base]
    return [row for row in found if row[2]]


def _beyond(label: str, arm: str, sets: Sequence[dict[str, RunData]], base: str) -> list[Any]:
    both: list[tuple[float, float]] = []
    for arms in sets:
        if arm in arms and base in arms:
            first, second = answered(arms[base]), answered(arms[arm])
            both += [(calls_to_proof(first[key]), calls_to_proof(second[key])) for key in first.keys() & second.keys()]
    end = float("inf")
    open_ = sum(mine == end for mine, _ in both)
    more = sum(mine == end and other < end for mine, other in both)
    lost = sum(mine < end and other == end for mine, other in both)
    late = [(mine, other) for mine, other in both if mine > EARLY]
    late_base, late_arm = sum(mine < end for mine, _ in late), sum(other < end for _, other in late)
    ratio = f"{late_arm / late_base:.2f}" if late_base else "-"
    return [
        label,
        arm,
        len(both),
        open_,
        more,
        lost,
        f"{mcnemar(more, lost):.2g}",
        len(late),
        late_base,
        late_arm,
        ratio,
    ]


def predictions(runs: Runs, arm: str = HIERARCHICAL) -> list[list[Any]]:
    """AUROC of "smaller footprint (`spec`): proved" by set."""
    found = []
    for name, arms in runs.items():
        if arm not in arms:
            continue
        tasks = [task for task in answered(arms[arm]).values() if task.attempts[0].difficulty is not None]
        outcomes = [task.proof is not None for task in tasks]
        area = auroc([-float(task.attempts[0].difficulty or 0) for task in tasks], outcomes)
        length = auroc([-len(task.task.goal) if task.task else 0 for task in tasks], outcomes)
        found.append([name, len(tasks), sum(outcomes), *("-" if a is None else f"{a:.3f}" for a in (area, length))])
    return found


def picture(runs: Runs, path: Path) -> None:
    """Proved tasks against Lean calls, a panel for each set."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    matplotlib.rcParams["svg.hashsalt"] = "gentzen"  # the same runs give the same file
    columns = min(4, len(runs))
    lines = -(-len(runs) // columns)
    figure, axes = pyplot.subplots(lines, columns, figsize=(3.4 * columns, 2.9 * lines), squeeze=False)
    for panel, (name, arms) in zip(axes.flat, runs.items(), strict=False):
        sizes = set()
        for arm, tasks in common(arms).items():
            sizes.add(len(tasks))
            steps = range(1, arms[arm].manifest.settings["calls"] + 1)
            share = [100 * sum(calls_to_proof(task) <= step for task in tasks) / max(len(tasks), 1) for step in steps]
            colour = f"C{ARMS.index(arm)}"  # the same in every panel, whatever was run first
            panel.plot(steps, share, label=arm, color=colour, linewidth=2.2 if arm == HIERARCHICAL else 1.2)
        panel.set_title(f"{name} ({max(sizes, default=0)} theorems)", fontsize=10)
        panel.set_xscale("log")
        panel.set_ylim(bottom=0)
        panel.grid(alpha=0.25)
        panel.tick_params(labelsize=8)
    for panel in list(axes.flat)[len(runs) :]:
        panel.set_axis_off()
    handles = {label: h for panel in axes.flat for h, label in zip(*panel.get_legend_handles_labels(), strict=True)}
    figure.legend(handles.values(), handles.keys(), fontsize=8, frameon=False, ncols=5, loc="upper center")
    figure.supxlabel("Lean calls for a theorem", fontsize=10)
    figure.supylabel("proved, checked at L1 (%)", fontsize=10)
    figure.tight_layout(rect=(0, 0, 1, 0.95))
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--picture", type=Path)
    parser.add_argument("--markdown", action="store_true", help="tables for a document")
    options = parser.parse_args()
    if not options.out.is_dir():
        parser.exit(2, f"There are no runs in {options.out}: run python -m benchmarks.search first.\n")
    runs = read(options.out)
    settings = {
        f"{name}/{arm}": {**run.manifest.settings, "problems": run.manifest.data["problems"]}
        for name, arms in runs.items()
        for arm, run in arms.items()
    }
    attempts = [
        [name, arm, *key, task.outcome, task.attempts[0].calls, task.attempts[0].difficulty]
        for name, arms in runs.items()
        for arm, run in arms.items()
        for key, task in sorted(answered(run).items())
    ]
    heads = ["set", "arm", "theorems", *(f"≤{n}" for n in CEILINGS), "% (95 %)", "median calls"]
    title = "Proved (by the trusted check) within so many Lean calls a theorem"
    report(
        "search",
        title,
        [*heads, "calls", "Lean seconds", "refused"],
        table(runs),
        {
            "settings": settings,
            "attempts": {"columns": ["set", "arm", "id", "task", "outcome", "calls", "d"], "rows": attempts},
        },
        markdown=options.markdown,
    )
    heads = ["set", "arm", "theorems", "left open", "proved of these", "lost", "p (McNemar)"]
    late = [f"not within {EARLY}", "of these portfolio", "of these arm", "ratio"]
    report(
        "search_beyond",
        "Beside the portfolio at equal calls",
        [*heads, *late],
        beyond(runs),
        {},
        markdown=options.markdown,
    )
    heads = ["set", "theorems", "proved", "footprint (spec)", "length of the goal"]
    title = "AUROC: does a small difficulty predict a proof? (published for the footprint on Verina: 0.903)"
    report("search_auroc", title, heads, predictions(runs), {}, markdown=options.markdown)
    if options.picture:
        picture(runs, options.picture)


if __name__ == "__main__":
    main()
