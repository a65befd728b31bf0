"""Tables and pictures of what `benchmarks.search` recorded.

    python -m benchmarks.search_report [NAME...] [--picture FILE.svg]

Reads results/NAME*.jsonl, writes results/NAME.json: for each set and arm the targets proved within so many Lean calls;
how many that the portfolio leaves open the hierarchical search proves; how well each difficulty predicts which targets
are proved (AUROC), and which goals inside trees. The picture (needs matplotlib, extra `bench`) shows proved targets
against calls.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections import defaultdict
from pathlib import Path
from typing import Any

from benchmarks.common import RESULTS, report
from benchmarks.search import ARMS
from decompose.calibration import auroc
from prover.bench.statistics import mcnemar, wilson

CEILINGS = (10, 25, 50, 100)
ORDER = ("easy", "medium", "hard")
Rows = list[dict[str, Any]]


def read(names: list[str]) -> Rows:
    rows: Rows = []
    for name in names:
        for path in sorted(RESULTS.glob(f"{name}*.jsonl")):
            if path.name.split(".")[0] == name:
                rows += [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return rows


def attempts(rows: Rows) -> dict[str, dict[str, Rows]]:
    """By set and arm."""
    found: dict[str, dict[str, Rows]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row["arm"] not in ("", "difficulty"):
            found[row["set"]][row["arm"]].append(row)
    return dict(sorted(found.items(), key=lambda each: (each[0] not in ORDER, each[0] if each[0] not in ORDER else "")))


def proved_within(rows: Rows, calls: int) -> int:
    return sum(row["status"] == "proved" and row["calls"] <= calls for row in rows)


def table(sets: dict[str, dict[str, Rows]]) -> list[list[Any]]:
    found = []
    for name, arms in sets.items():
        for arm, rows in arms.items():
            proved = [row for row in rows if row["status"] == "proved"]
            calls = statistics.median(row["calls"] for row in proved) if proved else "-"
            curve = [proved_within(rows, ceiling) for ceiling in CEILINGS]
            lean = round(sum(row.get("lean_seconds", 0.0) for row in rows))
            ends = wilson(len(proved), len(rows))
            rate = f"{100 * len(proved) / len(rows):.0f} ({100 * ends.low:.0f} to {100 * ends.high:.0f})"
            found.append([name, arm, len(rows), *curve, len(proved), rate, calls, lean])
    return found


def beyond(sets: dict[str, dict[str, Rows]], base: str = "portfolio", arm: str = "hierarchical") -> list[list[Any]]:
    """What `arm` proves of the targets that `base` leaves open at the same ceiling, and the ratio of all that each
    proves on targets that `base` does not prove within its first 10 calls."""
    found = []
    for name, arms in sets.items():
        mine = {(row["id"], row["target"]): row for row in arms.get(arm, [])}
        open_, more, lost, late_base, late_arm = 0, 0, 0, 0, 0
        for row in arms.get(base, []):
            other = mine.get((row["id"], row["target"]))
            if other is None:
                continue
            ok, ok_other = row["status"] == "proved", other["status"] == "proved"
            open_, more, lost = open_ + (not ok), more + (ok_other and not ok), lost + (ok and not ok_other)
            if not (ok and row["calls"] <= CEILINGS[0]):
                late_base, late_arm = late_base + ok, late_arm + ok_other
        ratio = f"{late_arm / late_base:.2f}" if late_base else "-"
        found.append([name, open_, more, lost, f"{mcnemar(more, lost):.2g}", late_base, late_arm, ratio])
    return found


def predictions(rows: Rows, arm: str = "hierarchical") -> list[list[Any]]:
    """AUROC of "smaller difficulty: proved" by set: targets under each variant, and goals inside trees under `spec`."""
    known = {(row["set"], row["id"], row["target"]): row["difficulty"] for row in rows if row["arm"] == "difficulty"}
    found = []
    for name, arms in attempts(rows).items():
        pairs = [(known.get((name, row["id"], row["target"])), row) for row in arms.get(arm, [])]
        pairs = [(each, row) for each, row in pairs if each]
        outcomes = [row["status"] == "proved" for _, row in pairs]
        inside = [goal for _, row in pairs for goal in row.get("goals", [])]
        tree = auroc([-value for value, _ in inside], [bool(proved) for _, proved in inside])
        cells = [auroc([-each[kind] for each, _ in pairs], outcomes) for kind in ("surface", "spec", "all", "length")]
        found.append([name, len(pairs), sum(outcomes), *map(_cell, cells), len(inside), _cell(tree)])
    return found


def _cell(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def picture(sets: dict[str, dict[str, Rows]], path: Path) -> None:
    """Proved targets against Lean calls, a panel for each set."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    matplotlib.rcParams["svg.hashsalt"] = "gentzen"  # the same rows give the same file
    columns = min(4, len(sets))
    lines = -(-len(sets) // columns)
    figure, axes = pyplot.subplots(lines, columns, figsize=(3.4 * columns, 2.9 * lines), squeeze=False)
    for panel, (name, arms) in zip(axes.flat, sets.items(), strict=False):
        for arm, rows in arms.items():
            limit = max(row["calls_limit"] for row in rows)
            steps = range(1, limit + 1)
            share = [100 * proved_within(rows, ceiling) / len(rows) for ceiling in steps]
            colour = f"C{ARMS.index(arm)}"  # the same in every panel, whatever was run first
            panel.plot(steps, share, label=arm, color=colour, linewidth=2.2 if arm == "hierarchical" else 1.2)
        panel.set_title(f"{name} ({len(next(iter(arms.values())))} targets)", fontsize=10)
        panel.set_xscale("log")
        panel.set_ylim(bottom=0)
        panel.grid(alpha=0.25)
        panel.tick_params(labelsize=8)
    for panel in list(axes.flat)[len(sets) :]:
        panel.set_axis_off()
    axes[0][0].legend(fontsize=7, frameon=False)
    figure.supxlabel("Lean calls for a target", fontsize=10)
    figure.supylabel("proved, checked at L1 (%)", fontsize=10)
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", default=["search"])
    parser.add_argument("--picture", type=Path)
    options = parser.parse_args()
    rows = read(options.names)
    if not rows:
        parser.exit(2, f"no results of {', '.join(options.names)}: run python -m benchmarks.search first\n")
    sets = attempts(rows)
    name = options.names[0]
    extra = {
        "settings": sorted({f"calls={r['calls_limit']} seconds={r['seconds_limit']} seed={r['seed']}" for r in rows}),
        "not_statable": sorted({f"{row['set']}/{row['id']}" for row in rows if row.get("status") == "not statable"}),
        "attempts": [
            {key: row[key] for key in ("set", "id", "target", "arm", "status", "calls", "lean_seconds") if key in row}
            for row in rows
            if row["arm"] not in ("", "difficulty")
        ],
    }
    heads = [
        "set",
        "arm",
        "targets",
        *(f"≤{n}" for n in CEILINGS),
        "proved",
        "% (95 %)",
        "median calls",
        "Lean seconds",
    ]
    report(name, "Proved (by the trusted check) within so many Lean calls a target", heads, table(sets), extra)
    heads = [
        "set",
        "open",
        "proved more",
        "proved less",
        "p (McNemar)",
        "late, portfolio",
        "late, hierarchical",
        "ratio",
    ]
    rest = beyond(sets)
    report(f"{name}_beyond", "Hierarchical on what the portfolio leaves open at equal calls", heads, rest, {})
    heads = ["set", "targets", "proved", "surface", "spec", "all", "length", "goals in trees", "spec in trees"]
    report(f"{name}_auroc", "AUROC: does a small difficulty predict a proof?", heads, predictions(rows), {})
    if options.picture:
        picture(sets, options.picture)


if __name__ == "__main__":
    main()
