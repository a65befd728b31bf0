"""Bench runs side by side, task by task: what only one of them proves, and whether that could be chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lean_project.errors import UserError
from prover.bench.metrics import RunData, TaskResult
from prover.bench.records import Outcome
from prover.bench.statistics import Interval, Paired, compare, paired_interval
from prover.bench.tables import Table

BUDGET = ("calls", "heartbeats", "seconds", "tokens")
"""The settings that must agree; strategy and seed may differ: they are what is compared."""
_LISTED = 40


@dataclass(frozen=True)
class Line:
    """One set (or all of them) in a pair of runs. `left_out`: tasks that only one of the runs has an answer for."""

    name: str
    paired: Paired
    interval: Interval
    left_out: int


@dataclass(frozen=True)
class Pair:
    """`second` against `first`. `gained`, `lost`: the tasks that only `second`, only `first` proves."""

    first: RunData
    second: RunData
    lines: tuple[Line, ...]
    gained: tuple[TaskResult, ...]
    lost: tuple[TaskResult, ...]

    @property
    def all(self) -> Line:
        return self.lines[-1]

    @property
    def is_worse(self) -> bool:
        """The second proves fewer, beyond what chance explains (McNemar, p < 0.05)."""
        return self.all.paired.lost > self.all.paired.gained and self.all.paired.p < 0.05


@dataclass(frozen=True)
class Comparison:
    """`differences`: in what the runs differ although they should not, in words; said wherever this is shown."""

    runs: tuple[RunData, ...]
    pairs: tuple[Pair, ...]
    differences: tuple[str, ...]


def compared(runs: Sequence[RunData], *, allow_different: bool = False) -> Comparison:
    """Every later run against the first. Raises UserError when budgets, problems or Lean differ, unless that is
    allowed, and when two runs have no task in common."""
    first = runs[0]
    differences = tuple(words for other in runs[1:] for words in _differences(first, other))
    if differences and not allow_different:
        raise UserError(
            f"These runs do not measure the same thing: {'; '.join(differences)}. Run them with equal budgets on equal "
            "problems, or add --allow-different: the comparison will then say in what they differ."
        )
    return Comparison(tuple(runs), tuple(_pair(first, other) for other in runs[1:]), differences)


def _differences(first: RunData, other: RunData) -> list[str]:
    found = []
    for name in BUDGET:
        mine, theirs = first.manifest.settings.get(name), other.manifest.settings.get(name)
        if mine != theirs:
            found.append(f"{name} {_value(mine)} in {first.name} and {_value(theirs)} in {other.name}")
    if first.manifest.k != other.manifest.k:
        found.append(f"{first.manifest.k} attempts in {first.name} and {other.manifest.k} in {other.name}")
    if first.manifest.data["sha256"] != other.manifest.data["sha256"]:
        mine, theirs = (run.manifest.data["problems"] for run in (first, other))
        found.append(f"other problems ({mine} in {first.name}, {theirs} in {other.name})")
    if first.manifest.lean != other.manifest.lean:
        found.append(f"{first.manifest.lean} in {first.name} and {other.manifest.lean} in {other.name}")
    return found


def _value(value: object) -> str:
    return "unbounded" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def answers(run: RunData) -> dict[str, TaskResult]:
    """Tasks with an answer, by content: the file, the theorem, and its name in the file."""
    without = (str(Outcome.NOT_STATABLE), str(Outcome.MACHINERY), "not run yet")
    found = {}
    for task in run.tasks:
        if task.outcome not in without:
            found[f"{task.entry.set}\0{task.entry.file_sha256}\0{task.name}"] = task
    return found


def _pair(first: RunData, second: RunData) -> Pair:
    mine, theirs = answers(first), answers(second)
    common = mine.keys() & theirs.keys()
    if not common:
        raise UserError(
            f"{first.name} and {second.name} have no task in common that both have an answer for. Compare runs on the "
            "same problems."
        )
    sets = sorted({key.partition("\0")[0] for key in mine.keys() | theirs.keys()})
    lines = [_line(name, _of(mine, name), _of(theirs, name)) for name in sets]
    lines.append(_line("all", mine, theirs))
    gained = [theirs[key] for key in common if proved(theirs[key]) and not proved(mine[key])]
    lost = [mine[key] for key in common if proved(mine[key]) and not proved(theirs[key])]
    return Pair(first, second, tuple(lines), tuple(sorted(gained, key=_order)), tuple(sorted(lost, key=_order)))


def _order(task: TaskResult) -> tuple[str, str, str]:
    return task.entry.set, task.entry.id, task.name


def proved(task: TaskResult) -> bool:
    """Some attempt's proof passed the check."""
    return task.outcome == str(Outcome.PROVED)


def _of(answers: dict[str, TaskResult], name: str) -> dict[str, TaskResult]:
    return {key: task for key, task in answers.items() if key.partition("\0")[0] == name}


def _line(name: str, mine: dict[str, TaskResult], theirs: dict[str, TaskResult]) -> Line:
    paired = compare(
        {key: proved(task) for key, task in mine.items()}, {key: proved(task) for key, task in theirs.items()}
    )
    return Line(name, paired, paired_interval(paired), len(mine.keys() ^ theirs.keys()))


def pair_table(pair: Pair) -> Table:
    """The paired counts of each set."""
    rows = []
    for line in pair.lines:
        paired, low, high = line.paired, 100 * line.interval.low, 100 * line.interval.high
        rows.append(
            (
                line.name,
                str(paired.tasks),
                str(paired.both + paired.lost),
                str(paired.both + paired.gained),
                str(paired.gained),
                str(paired.lost),
                f"{100 * paired.difference:+.1f} ({low:+.1f} to {high:+.1f})" if paired.tasks else "–",
                f"{paired.p:.2g}",
                str(line.left_out),
            )
        )
    heads = ("set", "tasks", "first proves", "second proves", "only second", "only first")
    return Table(
        f"{pair.second.name} against {pair.first.name}",
        (*heads, "difference in % (95 %)", "p (McNemar)", "left out"),
        tuple(rows),
        "Tasks that both runs have an answer for. Difference: Newcombe's interval for paired rates; p: exact McNemar.",
    )


def run_table(found: Comparison) -> Table:
    """What each run is."""
    rows = []
    for run in found.runs:
        settings = run.manifest.settings
        beats = settings["heartbeats"]
        budget = f"{settings['calls']} calls" + (f", {beats:,} heartbeats a call" if beats is not None else "")
        count = sum(proved(task) for task in run.tasks)
        rows.append((run.name, str(settings["strategy"]), budget, str(run.manifest.k), f"{count} of {len(run.tasks)}"))
    return Table("Runs", ("run", "strategy", "budget of an attempt", "k", "proved"), tuple(rows))


def flips(tasks: Sequence[TaskResult]) -> list[str]:
    """The tasks, by name."""
    names = [f"{task.entry.set}/{task.entry.id}{f' {task.own_name}' if task.own_name else ''}" for task in tasks]
    more = len(names) - _LISTED
    return [*names[:_LISTED], *([f"… {more} more"] if more > 0 else [])]


def as_text(found: Comparison) -> str:
    """Markdown."""
    parts = ["# Comparison"]
    parts += [f"**The runs differ: {words}.**" for words in found.differences]
    parts.append(run_table(found).markdown())
    for pair in found.pairs:
        table = pair_table(pair)
        parts += [f"## {table.title}", table.markdown(), table.note]
        parts.append("Only the second proves: " + (", ".join(flips(pair.gained)) or "none"))
        parts.append("Only the first proves: " + (", ".join(flips(pair.lost)) or "none"))
    return "\n\n".join(parts)


def as_json(found: Comparison) -> dict[str, Any]:
    return {
        "version": 1,
        "differences": list(found.differences),
        "runs": [run.name for run in found.runs],
        "pairs": [
            {
                "first": pair.first.name,
                "second": pair.second.name,
                "sets": [
                    {
                        "set": line.name,
                        "tasks": line.paired.tasks,
                        "both": line.paired.both,
                        "neither": line.paired.neither,
                        "gained": line.paired.gained,
                        "lost": line.paired.lost,
                        "difference": line.paired.difference,
                        "interval": [line.interval.low, line.interval.high],
                        "p": line.paired.p,
                        "left_out": line.left_out,
                    }
                    for line in pair.lines
                ],
                "gained": [list(_order(task)) for task in pair.gained],
                "lost": [list(_order(task)) for task in pair.lost],
            }
            for pair in found.pairs
        ],
    }
