"""A run as one HTML page that needs nothing else, as Markdown and as JSON; a comparison as a page.

Statements, proofs and messages are data: the templates escape them, the page's policy runs no script but its own.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from lean_project.errors import UserError
from lean_project.files import write_whole
from prover.bench import charts, comparison, metrics, tables
from prover.bench.comparison import Comparison
from prover.bench.metrics import PENDING, RunData, TaskResult
from prover.bench.records import Outcome, TreeStep
from prover.bench.tables import Table

HTML, MARKDOWN, JSON = "report.html", "report.md", "report.json"
_REASONS_SHOWN = 12
_SYMBOLS = {
    "proved": "✓",
    "disproved": "✗",
    "open": "○",
    "limit": "◷",
    "machinery": "⚠",
    "not statable": "–",
    PENDING: "…",
}
_MEANINGS = {
    "proved": "a proof that the trusted check accepted as a whole file",
    "disproved": "the statement is false; the check accepted a proof of its negation",
    "open": "everything that was to be tried was tried",
    "limit": "the budget ended the search",
    "machinery": "our own processes failed, twice; says nothing about the task",
    "not statable": "this Lean cannot state it; says nothing about the prover",
    PENDING: "the run has not come to it",
}


@dataclass(frozen=True, slots=True)
class TreeNode:
    """A goal of a proof tree for the page; `again`: it is shown elsewhere."""

    goal: str
    tactic: str
    below: tuple[TreeNode, ...]
    again: bool = False


def write(data: RunData) -> Path:
    """Write all three forms into the run's folder; returns the page. Raises UserError when the disk refuses."""
    try:
        write_whole(data.folder / MARKDOWN, as_markdown(data).encode())
        text = json.dumps(tables.as_json(data), ensure_ascii=False, indent=1) + "\n"
        write_whole(data.folder / JSON, text.encode())
        write_whole(data.folder / HTML, as_html(data).encode())
    except OSError as error:
        raise UserError(f"The report in {data.folder} cannot be written: {error.strerror}. Make room there.") from error
    return data.folder / HTML


def summary(data: RunData) -> str:
    """The result in a sentence or two."""
    number = metrics.counted(data.tasks, data.manifest)
    proved, statable = number.outcomes.get("proved", 0), number.proved_statable.of
    interval = number.proved_statable.interval
    k, calls = data.manifest.k, data.manifest.settings["calls"]
    words = (
        f"{proved} of {statable} tasks proved that can be stated here, each in {k} attempt{'s' if k > 1 else ''} of "
    )
    words += f"at most {calls:,} Lean calls"
    if statable:
        words += (
            f" ({100 * proved / statable:.1f} %, 95 % interval {100 * interval.low:.1f} to {100 * interval.high:.1f})"
        )
    rest = [
        f"{number.outcomes[name]} {said}"
        for name, said in (
            ("disproved", "disproved"),
            ("not statable", "cannot be stated with this Lean"),
            ("machinery", "lost to faults of the machinery"),
            (PENDING, "not run yet"),
        )
        if number.outcomes.get(name)
    ]
    return words + (f"; {', '.join(rest)}" if rest else "") + "."


def facts(data: RunData) -> list[tuple[str, str]]:
    """What was measured, with what, and on what: label and words."""
    run, settings = data.manifest, data.manifest.settings
    sets = ", ".join(f"{name} ({count})" for name, count in run.data["sets"].items())
    beats = "those of each move" if settings["heartbeats"] is None else f"at most {settings['heartbeats']:,} for a call"
    found = [
        ("Problems", sets + (f", split {run.data['split']}" if run.data["split"] else "")),
        ("Read from", ", ".join([run.data["path"], *run.data["commits"]])),
        ("Hash of the set", f"sha256 {run.data['sha256']}"),
        ("Strategy", f"{settings['strategy']}, seed {settings['seed']}, {_policy(settings)}"),
        (
            "Budget",
            f"{settings['calls']} Lean calls an attempt, {run.k} attempt{'s' if run.k > 1 else ''} a task; "
            f"heartbeats: {beats}; safety net: {settings['seconds']:g} s",
        ),
        ("Judge", f"{run.lean or 'no Lean was started'}; every proof checked as a whole file by `gentzen check`"),
        ("Program", f"gentzen {run.gentzen}, Python {run.python}"),
        ("Machine", f"{run.machine}; {run.workers} workers"),
    ]
    if data.damaged:
        found.append(("Damaged lines", f"{data.damaged} in the records, passed over"))
    return found


def _policy(settings: dict[str, Any]) -> str:
    if settings.get("policy") is None:
        return "no language model"
    tokens = "" if settings["tokens"] is None else f", at most {settings['tokens']:,} tokens an attempt"
    return f"policy {settings['model'] or settings['policy']}, {settings['samples']} whole proofs a goal{tokens}"


def failures(data: RunData) -> list[tuple[str, str, int]]:
    """Why tasks are not proved: outcome, reason, how many; the most frequent first."""
    counts = Counter(
        (
            task.outcome,
            task.reason if task.outcome != str(Outcome.DISPROVED) else "a counterexample was found and checked",
        )
        for task in data.tasks
        if task.outcome not in (str(Outcome.PROVED), PENDING)
    )
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return [(outcome, reason or "no reason is known", count) for (outcome, reason), count in ordered]


@cache
def references() -> dict[str, list[dict[str, str]]]:
    """Published figures by set, for orientation; whose they are stands with each."""
    text = resources.files("prover.bench").joinpath("references.json").read_text(encoding="utf-8")
    found: dict[str, list[dict[str, str]]] = json.loads(text)
    return found


def against(data: RunData) -> Table | None:
    """The figures of others on the run's sets; None when none is known."""
    plain = {_plain(name): rows for name, rows in references().items()}
    rows = []
    for name in data.manifest.data["sets"]:
        for known, entries in plain.items():
            if known in _plain(name) or _plain(name) in known:
                rows += [(name, each["who"], each["figure"], each["budget"], each["source"]) for each in entries]
    if not rows:
        return None
    note = (
        "For orientation only: other budgets, other copies of the statements, other rules of what counts. A comparison "
        "that holds is between runs of equal budget: `gentzen compare`."
    )
    return Table("What others report", ("set", "who", "figure", "budget", "source"), tuple(rows), note)


def _plain(name: str) -> str:
    return "".join(char for char in name.lower() if char.isalnum())


def as_text(data: RunData) -> str:
    """What the command prints: the sentence and the table of outcomes."""
    return f"{summary(data)}\n\n{tables.outcomes(data).markdown()}"


def as_markdown(data: RunData) -> str:
    """The whole run in Markdown."""
    parts = [f"# {data.name}", summary(data)]
    parts.append("\n".join(f"- {label}: {words}" for label, words in facts(data)))
    for table in [*tables.counted_tables(data), tables.seconds(data), *filter(None, [against(data)])]:
        parts += [f"## {table.title}", table.markdown(), *([table.note] if table.note else [])]
    parts.append("## Why tasks are not proved")
    lines = [f"| {outcome} | {reason.replace('|', '∣')} | {count} |" for outcome, reason, count in failures(data)]
    parts.append("\n".join(["| outcome | reason | tasks |", "|---|---|---:|", *lines]))
    parts += ["## Reproduce", "```\n" + "\n".join(data.manifest.commands) + "\n```"]
    return "\n\n".join(parts) + "\n"


def as_html(data: RunData) -> str:
    """The page."""
    found = metrics.by_set(data.tasks)
    return _render(
        "report.html",
        title=data.name,
        summary=summary(data),
        facts=facts(data),
        bars=[(group.name, _bar(group.tasks)) for group in found],
        tables=tables.counted_tables(data),
        seconds=tables.seconds(data),
        against=against(data),
        charts=charts.charts(data),
        no_charts="" if charts.available() else charts.HOW_TO_INSTALL,
        failures=failures(data)[:_REASONS_SHOWN],
        more_failures=len(failures(data)) - _REASONS_SHOWN,
        suspects=metrics.vacuous(data.tasks),
        defective=[task for task in data.tasks if task.entry.defect],
        tasks=[_shown(data, task, number) for number, task in enumerate(data.tasks)],
        outcomes=[name for name in metrics.ORDER if any(task.outcome == name for task in data.tasks)],
        meanings=_MEANINGS,
        symbols=_SYMBOLS,
        commands=data.manifest.commands,
    )


def write_comparison(found: Comparison, path: Path) -> None:
    """The page of a comparison. Raises UserError: anything but a page is not overwritten."""
    if path.exists() and path.suffix.lower() not in (".html", ".htm"):
        raise UserError(f"{path} exists and is not an HTML file by its name: it is left alone. Give --html FILE.html.")
    pairs = [
        (comparison.pair_table(pair), comparison.flips(pair.gained), comparison.flips(pair.lost), pair)
        for pair in found.pairs
    ]
    page = _render(
        "comparison.html",
        title="Comparison",
        runs=comparison.run_table(found),
        differences=found.differences,
        pairs=pairs,
    )
    try:
        write_whole(path, page.encode())
    except OSError as error:
        raise UserError(f"{path} cannot be written: {error.strerror}. Choose another place for --html.") from error


def _bar(tasks: tuple[TaskResult, ...]) -> list[tuple[str, int]]:
    counts = Counter(task.outcome for task in tasks)
    return [(name, counts[name]) for name in metrics.ORDER if counts[name]]


def _shown(data: RunData, task: TaskResult, number: int) -> dict[str, Any]:
    """A task as the page shows it."""
    attempt = task.proof or task.first
    statement = ""
    try:
        statement = (data.folder / task.entry.original).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        statement = "(the file is not in the run's folder any more)"
    file = task.proof.file if task.proof else task.task.disproof if task.task else ""
    return {
        "anchor": f"t{number}",
        "task": task,
        "entry": task.entry,
        "name": task.own_name,
        "attempt": attempt,
        "statement": statement.strip(),
        "check": f"gentzen check {file} --against {task.entry.original}" if file else "",
        "tree": _tree(task.proof.tree) if task.proof else (),
        "source": " ".join(part for part in (task.entry.source.repository, task.entry.source.file) if part),
    }


def _tree(steps: tuple[TreeStep, ...]) -> tuple[TreeNode, ...]:
    """The steps as nested nodes: each goal once, elsewhere a reference; children that are no step are left out."""
    seen: set[int] = set()

    def node(number: int) -> TreeNode:
        step = steps[number]
        if number in seen:
            return TreeNode(step.goal, "", (), again=True)
        seen.add(number)
        return TreeNode(step.goal, step.tactic, tuple(node(child) for child in step.children if child < len(steps)))

    used = {child for step in steps for child in step.children}
    return tuple(node(number) for number in range(len(steps)) if number not in used)


def _render(template: str, **values: Any) -> str:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_asset),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    script = _asset("page.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; base-uri 'none'"
    return environment.get_template(template).render(style=_asset("style.css"), script=script, policy=policy, **values)


def _asset(name: str) -> str:
    return resources.files("prover.bench").joinpath("templates", name).read_text(encoding="utf-8")
