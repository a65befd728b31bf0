"""The numbers of a run as tables of text, with fixed formatting: equal records, equal bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from prover.bench import metrics
from prover.bench.metrics import Group, Rate, RunData

SHORT = {"not statable": "not statable here"}


@dataclass(frozen=True)
class Table:
    """`heads` and `rows` of text; the first column is left-aligned, the others right. `note`: what to know about it."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""

    def markdown(self) -> str:
        lines = [f"| {' | '.join(self.heads)} |", "|---|" + "---:|" * (len(self.heads) - 1)]
        lines += [f"| {' | '.join(cell.replace('|', '∣') for cell in row)} |" for row in self.rows]
        return "\n".join(lines)


def percent(rate: Rate) -> str:
    """`37.5 % (21.2 to 57.3)`."""
    if not rate.of:
        return "–"
    low, high = 100 * rate.interval.low, 100 * rate.interval.high
    return f"{100 * rate.value:.1f} % ({low:.1f} to {high:.1f})"


def outcomes(data: RunData, groups: Sequence[Group] | None = None, title: str = "Outcomes") -> Table:
    """A line for each set, and one for all when there are several; a column for each outcome that occurs."""
    chosen = list(metrics.by_set(data.tasks) if groups is None else groups)
    if len(chosen) > 1 and groups is None:
        chosen.append(Group("all", data.tasks))
    numbers = [metrics.counted(group.tasks, data.manifest) for group in chosen]
    columns = [name for name in metrics.ORDER if any(name in each.outcomes for each in numbers)]
    rows = [
        (
            group.name,
            str(each.tasks),
            *(str(each.outcomes.get(name, 0)) for name in columns),
            percent(each.proved),
            percent(each.proved_statable),
        )
        for group, each in zip(chosen, numbers, strict=True)
    ]
    heads = ("set" if groups is None else "group", "tasks", *(SHORT.get(name, name) for name in columns))
    note = "Rates with 95 % Wilson intervals: proved of all tasks, and of those that can be stated here."
    return Table(title, (*heads, "proved of all", "proved of statable"), tuple(rows), note)


def passes(data: RunData) -> Table:
    """pass@k of each set."""
    groups = metrics.by_set(data.tasks)
    groups += [Group("all", data.tasks)] if len(groups) > 1 else []
    rates = [metrics.pass_rates(group.tasks, data.manifest) for group in groups]
    ks = sorted(rates[0]) if rates else []
    rows = []
    for group, each in zip(groups, rates, strict=True):
        last = each[ks[-1]]
        rows.append((group.name, str(last.of), str(last.left_out), *(percent(each[k]) for k in ks)))
    note = (
        "Unbiased estimates over the tasks that can be stated here (Chen et al. 2021), with 95 % intervals: Wilson for "
        "proportions, bootstrap over tasks otherwise. Attempts lost to the machinery count for nothing; tasks with too "
        "few others are left out and counted."
    )
    return Table("pass@k", ("set", "tasks", "left out", *(f"pass@{k}" for k in ks)), tuple(rows), note)


def calls(data: RunData) -> Table:
    """Tasks that the first attempt proves within so many Lean calls."""
    groups = metrics.by_set(data.tasks)
    numbers = [metrics.counted(group.tasks, data.manifest) for group in groups]
    ceilings = sorted(numbers[0].within) if numbers else []
    rows = [
        (
            group.name,
            str(each.tasks),
            *(str(each.within[ceiling]) for ceiling in ceilings),
            "–" if each.calls is None else f"{each.calls:g}",
            f"{each.total_calls:,}",
        )
        for group, each in zip(groups, numbers, strict=True)
    ]
    heads = ("set", "tasks", *(f"≤ {ceiling}" for ceiling in ceilings), "median of a proof", "spent in all")
    return Table("Proved by the first attempt within so many Lean calls", heads, tuple(rows))


def seconds(data: RunData) -> Table:
    """What a clock measured."""
    groups = metrics.by_set(data.tasks)
    rows = []
    for group in groups:
        spent = metrics.timed(group.tasks)
        median = "–" if spent.proof is None else f"{spent.proof:.1f}"
        rows.append((group.name, median, f"{spent.wall:,.0f}", f"{spent.lean:,.0f}", f"{spent.statements:,.0f}"))
    heads = ("set", "median of a proof", "attempts", "Lean's own, known answers too", "examining statements")
    return Table(
        "Seconds", heads, tuple(rows), f"Measured on: {data.manifest.machine}; {data.manifest.workers} workers."
    )


def limits(data: RunData) -> Table:
    """What ended attempts, why statements cannot be put, and what tests said: everything that is not a proof."""
    number = metrics.counted(data.tasks, data.manifest)
    rows = [
        *((f"ended by the limit of {name}", str(count), "attempts") for name, count in number.limits.items()),
        *((f"not statable here: {name}", str(count), "problems") for name, count in number.causes.items()),
        *((f"counterexample gate: {name}", str(count), "tasks") for name, count in number.gates.items()),
        *((f"checked at {name}", str(count), "proved tasks") for name, count in number.levels.items()),
        ("found, but refused by the trusted check", str(number.refused), "attempts"),
        ("repeated after a fault of the machinery", str(number.retried), "attempts"),
        ("lost to faults of the machinery", str(number.lost), "answers of Lean"),
        ("known to be defective as published", str(number.defective), "tasks"),
    ]
    return Table("What else happened", ("what", "how many", "of"), tuple(rows))


def counted_tables(data: RunData) -> list[Table]:
    """Every table into which no clock enters: the same for a run that was killed and resumed."""
    found = [outcomes(data)]
    categories = metrics.by_category(data.tasks)
    if categories:
        found.append(outcomes(data, categories, "By category"))
    return [*found, passes(data), calls(data), limits(data)]


def as_json(data: RunData) -> dict[str, Any]:
    """Everything in one object: the run, numbers by set, and every task."""
    groups = [*metrics.by_set(data.tasks), Group("all", data.tasks)]
    return {
        "version": 1,
        "run": {**asdict(data.manifest), "commands": list(data.manifest.commands)},
        "damaged_lines": data.damaged,
        "numbers": {group.name: _numbers(group, data) for group in groups},
        "seconds": {group.name: asdict(metrics.timed(group.tasks)) for group in groups},
        "tasks": [_task(task) for task in data.tasks],
    }


def _numbers(group: Group, data: RunData) -> dict[str, Any]:
    values = asdict(metrics.counted(group.tasks, data.manifest))
    rates = metrics.pass_rates(group.tasks, data.manifest)
    values["pass_at"] = {str(k): asdict(rate) for k, rate in rates.items()}
    values["within"] = {str(k): count for k, count in values["within"].items()}
    return values


def _task(task: metrics.TaskResult) -> Mapping[str, Any]:
    entry, first = task.entry, task.first
    return {
        "set": entry.set,
        "id": entry.id,
        "task": task.name,
        "split": entry.split,
        "category": entry.category,
        "statement_sha256": entry.statement_sha256,
        "file_sha256": entry.file_sha256,
        "source": asdict(entry.source),
        "defect": entry.defect,
        "outcome": task.outcome,
        "reason": task.reason,
        "gate": str(task.task.gate) if task.task else "",
        "calls": first.calls if first else None,
        "attempts": [
            {
                "attempt": each.attempt,
                "outcome": str(each.outcome),
                "limit": each.limit,
                "calls": each.calls,
                "tokens": each.tokens,
                "seconds": each.seconds,
                "level": each.level,
                "file": each.file,
            }
            for each in task.attempts
        ],
    }
