"""`gentzen decompose`: the best ways to take each target apart, with their scores."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from rich.console import Console, Group
from rich.padding import Padding
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from decompose.counterexample.gate import test_goal
from decompose.spec import load_spec
from decompose.splitters import splits
from lean_project.errors import UserError
from lean_project.model import Limits
from prover import inputs, render, sessions
from prover.engine import LeanDomain
from prover.portfolio import Portfolio
from prover.report import DecomposeReport, DecompositionReport, SketchReport
from prover.settings import RuntimeChoice
from prover.sketches import decompose_target
from search.budget import Budget, BudgetLimits

_LOAD = Limits(seconds=600.0)
_REASONS = 4


def run(
    file: Path,
    *,
    theorems: tuple[str, ...],
    keep: int,
    budget: BudgetLimits,
    timeout: float,
    workers: int | None,
    runtime: RuntimeChoice,
    project: Path | None,
    json: bool,
    quiet: bool,
) -> int:
    """The whole command: 0 when every target has a sketch, 1 when some have none. Raises `UserError`."""
    source = inputs.read_lean_file(file)

    def say(text: str) -> None:
        print(text, file=sys.stderr, flush=True)

    where = sessions.place(file, runtime, project)
    whole = Budget(budget)
    with sessions.open_pool(sessions.program(where, runtime, say, quiet=quiet), workers) as session:
        with render.LiveProgress(quiet=quiet) as progress:
            progress.stage(str(file), "reading")
            spec = load_spec(source, session, _LOAD, name=str(file))
            targets = [t for t in spec.targets if not theorems or any(t.is_called(name) for name in theorems)]
            missing = [name for name in theorems if not any(t.is_called(name) for t in spec.targets)]
            if missing:
                raise inputs.unknown_theorems(missing, [target.name for target in spec.targets], spec.name)
            progress.stage(str(file), "splitting")
            progress.targets(str(file), [target.name for target in targets])
            reports: list[DecompositionReport] = []
            with LeanDomain(spec, session, proposer=Portfolio(), splitter=splits, tester=test_goal) as domain:
                for target in targets:
                    own = whole.child(BudgetLimits(seconds=timeout))
                    tell = partial(progress.attempt, str(file), target.name)
                    found = decompose_target(domain, target, own, keep=keep, on_try=tell)
                    progress.settled(str(file), target.name, "open")
                    reports.append(found)
        info = session.info
    report = DecomposeReport(
        file=str(file), runtime=info.runtime, lean_version=info.lean_version, targets=tuple(reports)
    )
    if json:
        print(report.model_dump_json(), flush=True)
    else:
        print_report(render.stdout_console(), report)
    if not reports:
        raise UserError(f"{file} has no `sorry` that stands for a proof, so there is nothing to take apart.")
    return 0 if all(each.sketches for each in reports) else 1


def print_report(console: Console, report: DecomposeReport) -> None:
    console.print(Text(f"{report.file}", "bold"), Text(f"Lean {report.lean_version}, {report.runtime}", "dim"))
    for target in report.targets:
        console.print()
        console.print(_heading(target))
        if target.goal:
            console.print(Padding(Text(render.clean(target.goal)), (0, 0, 0, 2)))
        for number, sketch in enumerate(target.sketches, 1):
            console.print(Padding(_sketch(number, sketch), (1, 0, 0, 2)))
        if target.refused:
            most = list(target.refused.items())
            shown = ", ".join(f"{count} x {render.clean(reason)}" for reason, count in most[:_REASONS])
            more = f", {sum(count for _, count in most[_REASONS:])} for other reasons" if len(most) > _REASONS else ""
            console.print(Padding(Text(f"refused: {shown}{more}", "dim"), (1, 0, 0, 2)), soft_wrap=True)
        if target.reason:
            console.print(Padding(Text(render.clean(target.reason), "yellow"), (0, 0, 0, 2)))


def _heading(target: DecompositionReport) -> Text:
    facts = f"  d = {target.difficulty:g}, {target.accepted} of {target.tried} splits accepted" if target.goal else ""
    return Text.assemble((render.clean(target.name), "bold cyan"), (f" {target.position.line}", "dim"), facts)


def _sketch(number: int, sketch: SketchReport) -> Group:
    title = Text.assemble(
        (f"{number}. ", "bold"), (f"S = {sketch.score:.3f}", _colour(sketch.score)), f"  {sketch.label}"
    )
    table = Table.grid(padding=(0, 2))
    for child in sketch.children:
        mark = "" if child.counterexample == "passed" else f"  ({child.counterexample})"
        goal = child.statement or child.goal.rpartition("⊢")[2].strip()
        table.add_row(
            Text(f"d = {child.difficulty:g}", "dim"),
            Text(render.clean(child.name)),
            Text(render.clean(" ".join(goal.split())) + mark),
        )
    code = Syntax(sketch.tactics, "lean4", theme="ansi_dark", background_color="default", word_wrap=True)
    done = Text("leaves nothing open", "green")
    return Group(title, Padding(code, (0, 0, 0, 3)), Padding(table if sketch.children else done, (0, 0, 0, 3)))


def _colour(value: float) -> str:
    return "green" if value >= 0.5 else "yellow" if value > 0 else "dim"
