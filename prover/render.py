"""Reports for people: tables on stdout, a live line on stderr. Without a terminal: the same layout in plain text.

Everything shown is data (Lean source, goals): never read as markup, and its control characters never reach a terminal.
"""

from __future__ import annotations

import re
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import IO

from rich.cells import cell_len, set_cell_size
from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.padding import Padding
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TaskProgressColumn, TextColumn
from rich.spinner import Spinner
from rich.text import Text

from prover.report import INTERRUPTED, CheckReport, FileReport, Status, TargetReport

PLAIN_WIDTH = 120
_GOALS_SHOWN = 3
_GOAL_LINES = 16
_STYLES = {
    Status.PROVED: "green",
    Status.DISPROVED: "red",
    Status.OPEN: "yellow",
    Status.LIMIT: "yellow",
    Status.MACHINERY: "red",
    Status.OUT_OF_SCOPE: "dim",
}


def label(status: Status) -> str:
    return status.value.replace("_", " ")


def clean(text: str) -> str:
    """`text` with control characters (line feeds apart) made visible, so that none can steer a terminal."""
    return re.sub(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", lambda found: " " if found[0] == "\t" else "�", text)


def stdout_console() -> Console:
    """Colour and the terminal's width on a terminal; plain text of `PLAIN_WIDTH` columns otherwise."""
    return _console(sys.stdout)


class _Console(Console):
    def on_broken_pipe(self) -> None:
        raise  # rich calls this while it handles the error; its own answer would be to exit with code 1


def _console(file: IO[str]) -> Console:
    width = None if file.isatty() else PLAIN_WIDTH
    return _Console(file=file, width=width, markup=False, highlight=False, emoji=False, soft_wrap=False)


def one_line(proof: str) -> str:
    """A proof on one line, for reading only: a line that continues a construct follows a blank, a new tactic `; `."""
    lines = [re.sub(r"\s+", " ", line.strip()) for line in proof.splitlines() if line.strip()]
    text = ""
    for line in lines:
        continues = line.startswith(("|", "·", "<;>", ")", "]", "⟩", "}", ",")) or re.search(
            r"(\bby|=>|:=|\bwith|\bthen|\belse|[,(\[⟨{·]|<;>)$", text
        )
        text += line if not text else f"{' ' if continues else '; '}{line}"
    return text


def shorten(text: str, width: int, *, keep_end: bool = False) -> str:
    """`text` in at most `width` terminal cells, an ellipsis in place of what is cut off (the end, or the beginning)."""
    if cell_len(text) <= width:
        return text
    if keep_end:
        while cell_len(text) > width - 1:
            text = text[1:]
        return "…" + text
    return set_cell_size(text, width - 1).rstrip() + "…"


def seconds(value: float) -> str:
    """`0.4 s`, `12 s`, `3 min 5 s`."""
    if value < 10:
        return f"{value:.1f} s"
    if value < 120:
        return f"{value:.0f} s"
    return f"{int(value) // 60} min {int(value) % 60} s"


def summary(counts: Iterable[tuple[Status, int]]) -> Text:
    """`7 targets: 5 proved, 1 open, 1 limit`."""
    kept = [(status, number) for status, number in counts if number]
    total = sum(number for _, number in kept)
    if not total:
        return Text("nothing to prove")
    parts = [Text(f"{number} {label(status)}", style=_STYLES[status]) for status, number in kept]
    return Text.assemble(f"{total} target{'s' if total > 1 else ''}: ", Text(", ").join(parts))


def print_report(console: Console, report: FileReport) -> None:
    """One file: its targets, the goals that stay open, the summary, where the output went."""
    console.print(Text(clean(report.file), style="bold"), soft_wrap=True)  # a path stays in one piece
    if report.error is not None:
        console.print(Text("  could not be worked on (see the error message)", style="red"))
        return
    for line in _rows(report.targets, console.width) if report.targets else ():
        console.print(line, no_wrap=True)
    unsolved = [each for each in report.targets if each.status is not Status.PROVED and each.reason != INTERRUPTED]
    for target in unsolved:
        # Goals of an interrupted file say nothing yet: most of them were never tried.
        _print_unsolved(console, target, goals=not report.interrupted)
    if unsolved:
        console.print()
    counts = [(status, report.count(status)) for status in Status]
    line = Text.assemble("  ", summary(counts), f" in {seconds(report.seconds)}" if report.targets else "")
    if report.interrupted:
        line.append(", interrupted", style="red")
    console.print(line)
    if report.output is not None:
        level = f" (level {report.level}, Lean {report.lean_version}, {report.runtime})" if report.level else ""
        console.print(Text(clean(f"  written to {report.output}{level}")), soft_wrap=True)


def print_totals(console: Console, reports: Sequence[FileReport]) -> None:
    """The line under several files."""
    counts = [(status, sum(report.count(status) for report in reports)) for status in Status]
    failed = sum(report.error is not None for report in reports)
    line = Text.assemble((f"{len(reports)} files", "bold"), ", ", summary(counts))
    if failed:
        line.append(f", {failed} file{'s' if failed > 1 else ''} could not be worked on", style="red")
    console.print(line)


def print_check(console: Console, report: CheckReport) -> None:
    """The verdict on a file: what was refused and why, then the axioms of what was accepted, then the sentence."""
    console.print(Text(clean(report.file), style="bold"), soft_wrap=True)
    for declaration in report.declarations:
        verdict = Text("accepted", style="green") if declaration.accepted else Text("refused", style="red")
        line = Text.assemble((clean(declaration.name), "bold"), ": ", verdict)
        if declaration.accepted:
            line.append(f", axioms: {clean(', '.join(declaration.axioms)) or 'none'}", style="dim")
        console.print(_indented(line, 2))
        for reason in declaration.reasons:
            console.print(_indented(Text(clean(f"{reason.code}: {reason.detail}".rstrip(": "))), 4))
    for reason in report.reasons:
        line = Text.assemble(("the file", "bold"), clean(f" {reason.code}: {reason.detail}".rstrip(": ")))
        console.print(_indented(line, 2))
    level = f" at level {report.level}" if report.level else ""
    style, word = ("green", "accepted") if report.accepted else ("red", "refused")
    number = len(report.declarations)
    what = f"{number} declaration{'' if number == 1 else 's'}"
    against = f" against {report.against}" if report.against else ""
    by = f" (Lean {report.lean_version}, {report.runtime})"
    console.print(Text.assemble("  ", (word + level, style), clean(f": {what} checked{against}{by}")), soft_wrap=True)


def _rows(targets: Sequence[TargetReport], width: int) -> Iterator[Text]:
    """The table, line by line, no wider than `width` and without blanks at the ends of lines."""
    names = max(len("target"), min(max(cell_len(clean(target.name)) for target in targets), width // 3))
    statuses = max(len("status"), *(len(label(target.status)) for target in targets))
    rest = max(10, width - names - statuses - len("line") - len("seconds") - 2 * 5)
    yield Text(f"  {'target':{names}}  line  {'status':{statuses}}  seconds  proof", style="dim")
    for target in targets:
        name = set_cell_size(shorten(clean(target.name), names, keep_end=True), names)
        status = (label(target.status).ljust(statuses), _STYLES[target.status])
        proof = shorten(clean(one_line(target.proof or "")), rest)
        line = Text.assemble(f"  {name}  {target.position.line:4}  ", status, f"  {target.seconds:7.1f}  {proof}")
        line.rstrip()
        yield line


def _print_unsolved(console: Console, target: TargetReport, *, goals: bool = True) -> None:
    """Why a target is not proved, in full, and its goals."""
    console.print()
    status = label(target.status)
    heading = Text.assemble(
        (clean(target.name), "bold"), f" (line {target.position.line}), ", (status, _STYLES[target.status])
    )
    if target.reason:
        heading.append(f": {clean(' '.join(target.reason.split()))}")
    console.print(_indented(heading, 2))
    if not goals:
        return
    for goal in target.open_goals[:_GOALS_SHOWN]:
        lines = clean(goal.rstrip()).split("\n")
        for line in lines[:_GOAL_LINES]:
            console.print(_indented(Text(line, style="cyan" if line.startswith("⊢") else ""), 4))
        if len(lines) > _GOAL_LINES:
            console.print(_indented(Text(f"… {len(lines) - _GOAL_LINES} more lines", style="dim"), 4))
    if len(target.open_goals) > _GOALS_SHOWN:
        more = len(target.open_goals) - _GOALS_SHOWN
        console.print(_indented(Text(f"… {more} more goals (--json has them all)", style="dim"), 4))


def _indented(text: Text, by: int) -> Padding:
    return Padding(text, (0, 0, 0, by), expand=False)


class LiveProgress:
    """A `Progress` that keeps one live line on stderr; with `quiet`, or when that is no terminal, it says nothing.

    Thread-safe. A context manager; nothing of it stays on the screen afterwards.
    """

    def __init__(self, *, quiet: bool = False, console: Console | None = None) -> None:
        self._console = console or _console(sys.stderr)
        self._quiet = quiet
        self._lock = threading.Lock()
        self._spinner = Spinner("dots")
        self._live: Live | None = None
        self._reset("", "")

    def _reset(self, file: str, what: str) -> None:
        self._file, self._what, self._now = file, what, ""
        self._total = self._proved = self._settled = self._attempts = 0
        self._started = time.monotonic()

    def __enter__(self) -> LiveProgress:
        if self._console.is_terminal and not self._quiet:
            self._live = Live(self, console=self._console, transient=True, refresh_per_second=8)
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        live, self._live = self._live, None
        if live is not None:
            live.stop()

    def stage(self, file: str, what: str) -> None:
        with self._lock:
            if file != self._file:
                self._reset(file, what)
            self._what, self._now = what, ""

    def targets(self, file: str, names: Sequence[str]) -> None:
        with self._lock:
            self._total = len(names)

    def attempt(self, file: str, target: str, proposal: str) -> None:
        with self._lock:
            self._attempts += 1
            self._now = f"{target}: {one_line(proposal)}"

    def settled(self, file: str, target: str, status: str) -> None:
        with self._lock:
            self._settled += 1
            self._proved += status == Status.PROVED

    def line(self) -> str:
        """What the live line says (without the spinner)."""
        with self._lock:
            parts = [f"{self._file}  {self._what}"]
            if self._total:
                parts.append(f"{self._settled}/{self._total} targets, {self._proved} proved")
            if self._attempts:
                parts.append(f"{self._attempts} attempts")
            parts.append(seconds(time.monotonic() - self._started))
            if self._now:
                parts.append(self._now)
            return " · ".join(parts)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        text = self._spinner.render(console.get_time())
        line = Text.assemble(
            text if isinstance(text, Text) else "", " ", shorten(clean(self.line()), options.max_width - 3)
        )
        line.no_wrap = True
        yield line


class InstallBar:
    """A progress bar on stderr, if that is a terminal and not `quiet`; otherwise nothing. A context manager."""

    def __init__(self, *, quiet: bool = False) -> None:
        console = _console(sys.stderr)
        columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn())
        self._progress = Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal)
        self._task: TaskID | None = None

    def __enter__(self) -> InstallBar:
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def show(self, what: str, done: float) -> None:
        """`done`: the fraction of the whole, 0 to 1. The bar appears with the first call."""
        if self._task is None:
            self._progress.start()
            self._task = self._progress.add_task(what, total=1.0)
        self._progress.update(self._task, description=what, completed=done)
