"""Tables and a picture of the runs that `benchmarks.search` made.

    python -m benchmarks.search_report [--out bench/search] [--picture docs/pictures/search.svg]

Writes results/search.json: for each set and strategy the theorems proved within so many Lean calls, of those that all
strategies have answered, and how many proofs that were found the trusted check refused; what each strategy proves of
those that the portfolio leaves open at the same ceiling; how well the footprint predicts which are proved
(AUROC). The picture (needs matplotlib, extra `bench`) shows proved theorems against calls.

Sets and strategies that --out has no run of are taken from results/search.json, so that runs of several machines and
days come together there; `settings` says of each which ceiling and problems it had. `--only-out` leaves them out.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.common import RESULTS, report
from benchmarks.search import ARMS, OUT
from decompose.calibration import auroc
from prover.bench.metrics import load
from prover.bench.statistics import mcnemar, wilson

CEILINGS = (1, 2, 5, 10, 20)
EARLY = 5
"""Lean calls after which what the portfolio has not proved yet counts as out of its easy reach."""
CORPUS = ("easy", "medium", "hard")
HIERARCHICAL = "hierarchical"
COLUMNS = ("set", "arm", "id", "task", "outcome", "calls", "d", "length", "lean_seconds", "refused")


@dataclass(frozen=True, slots=True)
class Answered:
    """What a run says of one theorem. `calls`: of its attempt. `difficulty`: the footprint; `length`: of its goal's
    text. `lean_seconds`, `length`: None in results that were written before they were kept."""

    outcome: str
    calls: int
    difficulty: float | None
    length: int | None = None
    lean_seconds: float | None = None
    refused: bool = False

    @property
    def calls_to_proof(self) -> float:
        """Infinite without one."""
        return self.calls if self.outcome == "proved" else float("inf")


@dataclass(frozen=True)
class Arm:
    """A strategy's answers on a set, by problem and name. `lean_seconds`: of all of them."""

    answers: dict[tuple[str, str], Answered]
    settings: dict[str, Any]
    lean_seconds: float


Runs = dict[str, dict[str, Arm]]
"""By set and arm."""


def read(out: Path, earlier: dict[str, Any] | None = None) -> Runs:
    """The runs in `out`, and those of an earlier result that are not there."""
    found: Runs = {}
    for path in sorted(out.glob("*/*/run.json")):
        found.setdefault(path.parent.parent.name, {})[path.parent.name] = _of_run(path.parent)
    if earlier is not None:
        for name, arms in _of_result(earlier).items():
            found[name] = {**arms, **found.get(name, {})}
    names = sorted(found, key=lambda name: (CORPUS.index(name) if name in CORPUS else len(CORPUS), name))
    return {name: {arm: found[name][arm] for arm in ARMS if arm in found[name]} for name in names}


def _of_run(folder: Path) -> Arm:
    run = load(folder)
    answers, seconds = {}, 0.0
    for task in run.tasks:
        if not task.telling:
            continue
        spent = sum(attempt.lean_seconds for attempt in task.attempts)
        calls = task.attempts[0].calls if task.proof is None else task.proof.calls
        length = None if task.task is None else len(task.task.goal)
        refused = any(attempt.refused for attempt in task.attempts)
        answers[task.entry.id, task.name] = Answered(
            str(task.outcome), calls, task.attempts[0].difficulty, length, round(spent, 2), refused
        )
        seconds += spent
    return Arm(answers, {**run.manifest.settings, "problems": run.manifest.data["problems"]}, seconds)


def _of_result(earlier: dict[str, Any]) -> Runs:
    columns, rows = earlier["attempts"]["columns"], earlier["attempts"]["rows"]
    given: dict[tuple[str, str], dict[tuple[str, str], Answered]] = {}
    for row in rows:
        cells = dict(zip(columns, row, strict=True))
        answer = Answered(
            cells["outcome"],
            cells["calls"],
            cells["d"],
            cells.get("length"),
            cells.get("lean_seconds"),
            bool(cells.get("refused")),
        )
        given.setdefault((cells["set"], cells["arm"]), {})[cells["id"], cells["task"]] = answer
    place = earlier["columns"].index("Lean seconds")
    seconds = {(row[0], row[1]): row[place] for row in earlier["rows"]}
    found: Runs = {}
    for (name, arm), answers in given.items():
        found.setdefault(name, {})[arm] = Arm(answers, earlier["settings"][f"{name}/{arm}"], seconds[name, arm])
    return found


def common(arms: dict[str, Arm]) -> dict[str, list[Answered]]:
    """For each arm the theorems that all of them answer, in the same order; arms without any answer are left out."""
    found = {arm: each.answers for arm, each in arms.items() if each.answers}
    keys = sorted(set.intersection(*(set(answers) for answers in found.values()))) if found else []
    return {arm: [answers[key] for key in keys] for arm, answers in found.items()}


def table(runs: Runs) -> list[list[Any]]:
    found = []
    for name, arms in runs.items():
        for arm, answers in common(arms).items():
            proved = [answer.calls for answer in answers if answer.outcome == "proved"]
            ends = wilson(len(proved), len(answers))
            rate = f"{100 * len(proved) / max(len(answers), 1):.0f} ({100 * ends.low:.0f} to {100 * ends.high:.0f})"
            within = [sum(calls <= ceiling for calls in proved) for ceiling in CEILINGS]
            median = statistics.median(proved) if proved else "-"
            calls, refused = sum(each.calls for each in answers), sum(each.refused for each in answers)
            seconds = round(arms[arm].lean_seconds)
            found.append([name, arm, len(answers), *within, rate, median, calls, seconds, refused])
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


def _beyond(label: str, arm: str, sets: Sequence[dict[str, Arm]], base: str) -> list[Any]:
    both: list[tuple[float, float]] = []
    for arms in sets:
        if arm in arms and base in arms:
            first, second = arms[base].answers, arms[arm].answers
            both += [(first[key].calls_to_proof, second[key].calls_to_proof) for key in first.keys() & second.keys()]
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
        answers = [each for each in arms[arm].answers.values() if each.difficulty is not None]
        outcomes = [each.outcome == "proved" for each in answers]
        area = auroc([-float(each.difficulty or 0) for each in answers], outcomes)
        lengths = [each.length for each in answers]
        known = None not in lengths
        length = auroc([-float(each or 0) for each in lengths], outcomes) if known else None
        found.append([name, len(answers), sum(outcomes), *("-" if a is None else f"{a:.3f}" for a in (area, length))])
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
            steps = range(1, arms[arm].settings["calls"] + 1)
            share = [100 * sum(each.calls_to_proof <= step for each in tasks) / max(len(tasks), 1) for step in steps]
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
    parser.add_argument("--only-out", action="store_true", help="no runs from earlier results")
    parser.add_argument("--markdown", action="store_true", help="tables for a document")
    options = parser.parse_args()
    kept = RESULTS / "search.json"
    earlier = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() and not options.only_out else None
    runs = read(options.out, earlier)
    if not runs:
        parser.exit(2, f"There are no runs in {options.out}: run python -m benchmarks.search first.\n")
    settings = {f"{name}/{arm}": each.settings for name, arms in runs.items() for arm, each in arms.items()}
    attempts = [
        [name, arm, *key, a.outcome, a.calls, a.difficulty, a.length, a.lean_seconds, a.refused]
        for name, arms in runs.items()
        for arm, each in arms.items()
        for key, a in sorted(each.answers.items())
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
            "attempts": {"columns": list(COLUMNS), "rows": attempts},
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
