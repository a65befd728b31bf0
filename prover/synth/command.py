"""`gentzen synth`: a specification in, a verified program and a report out. The options are in `prover.cli_synth`."""

from __future__ import annotations

import shlex
import sys
import time
from dataclasses import asdict
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from textwrap import indent

from rich.console import Console
from rich.text import Text

from lean_project import environ
from lean_project.errors import GentzenError, LimitHit, UserError
from lean_project.ledger import Ledger
from prover import inputs, render, sessions
from prover.crash import describe
from prover.gate import gate_for
from prover.inputs import InputFile
from prover.policy.use import PolicyUse
from prover.prove import Run, write_atomically
from prover.record import keep
from prover.report import FileReport, Status
from prover.settings import ProveSettings
from prover.synth.loop import SUFFIX, Synthesis, SynthSettings
from prover.synth.report import HoleReport, SynthReport, SynthStatus
from prover.synth.tasks import holds_tasks, read_tasks, select
from prover.synth.written import ask_for_programs, no_author
from prover.tree import Tree
from search.budget import Budget

_SHOWN = 6
_STYLES = {SynthStatus.VERIFIED: "green", SynthStatus.UNPROVED: "yellow"}


def run(
    path: Path,
    settings: ProveSettings,
    synth: SynthSettings,
    *,
    out: Path | None = None,
    json: bool = False,
    quiet: bool = False,
    only: str | None = None,
) -> int:
    """The whole command; returns its exit code: 0 verified, 1 not, 2 could not run, 130 interrupted.

    Of a path with tasks (`tasks.holds_tasks`) one after the other is worked on, or the one called `only`; the code is
    the worst of theirs. Raises UserError.
    """
    if not holds_tasks(path):
        if only is not None:
            raise UserError(f"--only chooses among tasks, and {path} is one specification. Leave it out.")
        return _run_one(path, path.stem, settings, synth, out or path.parent, json, quiet)
    codes = []
    for task in select(read_tasks(path), only, path):
        folder = environ.home() / "synth" / "tasks" / sha256(task.text.encode()).hexdigest()[:16]
        folder.mkdir(parents=True, exist_ok=True)
        specification = folder / f"{task.name}.lean"
        write_atomically(specification, task.text.encode())
        beside = path if path.is_dir() else path.parent
        codes.append(_run_one(specification, task.name, settings, synth, out or beside, json, quiet))
        if codes[-1] == 130:
            break
    return max(codes)


def _run_one(
    path: Path, name: str, settings: ProveSettings, synth: SynthSettings, out: Path, json: bool, quiet: bool
) -> int:
    source = inputs.read_lean_file(path)
    file = InputFile(path, out / (name + SUFFIX))
    inputs.prepare_outputs([file])
    with Ledger.open(environ.home() / "ledger.db") as ledger:
        recorded = {**asdict(settings), **asdict(synth), "project": str(settings.project or "")}
        run_id = ledger.start_run(shlex.join(sys.argv), recorded, {"gentzen": version("gentzen")})
        code = 2
        state = environ.home() / "synth" / sha256(source.text.encode()).hexdigest()[:16]
        try:
            report = _synthesise(file, settings, synth, ledger, run_id, state, quiet)
            code = report.exit_code
        except KeyboardInterrupt:
            code = 130
            report = None
        finally:
            ledger.finish_run(run_id, code)
    if report is not None:
        if json:
            print(report.model_dump_json(), flush=True)
        elif report.error is None:
            _print(render.stdout_console(), report)
    if code == 130:
        words = [*sys.argv[1:], *([] if "--resume" in sys.argv else ["--resume"])]
        _say(f"Interrupted. What was found is saved; go on with:\n  {shlex.join(['gentzen', *words])}")
    return code


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _synthesise(
    file: InputFile,
    settings: ProveSettings,
    synth: SynthSettings,
    ledger: Ledger,
    run_id: str,
    state: Path,
    quiet: bool,
) -> SynthReport:
    started = time.time()
    place = sessions.place(file.path, settings.runtime, settings.project)
    policy = None if settings.policy is None else PolicyUse.open(settings, _say)
    try:
        program = sessions.program(place, settings.runtime, _say, quiet=quiet)
        pool = sessions.open_pool(program, settings.workers)
        try:
            budget = Budget(settings.budget)

            def keep_record(report: FileReport, tree: Tree | None) -> None:
                keep(report, tree, run_id, pool.info, started, environ.home())

            writes = policy is not None and settings.policy != "embedded"
            proving = Run(
                session=pool,
                settings=settings,
                ledger=ledger,
                run_id=run_id,
                budget=budget,
                make_check=gate_for,
                late_moves=None if policy is None else policy.moves,
                premises=environ.home() / "premises",
                keep_record=keep_record,
            )
            author = (
                ask_for_programs(policy.policy, budget, settings.policy_samples, _say)
                if policy is not None and writes
                else no_author
            )
            with render.LiveProgress(quiet=quiet) as progress:
                return Synthesis(file, proving, synth, state, progress, author).report()
        finally:
            pool.close()
    except UserError:
        raise
    except LimitHit as hit:
        reason = f"{hit}, before {file.path} could be worked on"
        _say(f"gentzen: {reason}. Raise the limit.")
    except (GentzenError, OSError) as error:
        reason = str(error)
        _say(describe(error))
    finally:
        if policy is not None:
            policy.close()
    return SynthReport(file=str(file.path), error=reason)


def _print(console: Console, report: SynthReport) -> None:
    """The programs, what became of the theorems, and why the other candidates died."""
    status = Text(str(report.status), style=_STYLES.get(report.status, "red"))
    level = f" ({report.level})" if report.level else ""
    console.print(Text.assemble(f"{report.file}  ", status, level, f"  {report.reason}" if report.reason else ""))
    for hole in report.holes:
        _print_hole(console, hole)
    for theorem in report.theorems:
        proved = theorem.status is Status.PROVED
        mark = Text("  proved    " if proved else f"  {theorem.status:<10}", style="green" if proved else "yellow")
        shown = (theorem.proof or "").strip().partition("\n")[0] if proved else theorem.reason
        console.print(Text.assemble(mark, f"{theorem.name}  ", Text(shown, style="dim")), no_wrap=True)
    if report.pareto:
        console.print("  not beaten among the verified programs:")
        for each in report.pareto:
            last = ", tail recursive" if each.tail_recursive else ""
            steps = f", {' + '.join(map(str, each.steps))} steps" if each.steps else ""
            costs = f"{each.size} tokens, {each.calls} recursive calls{last}{steps}"
            console.print(Text(f"    {costs}: {_line(each.program)}"))
    if report.output:
        console.print(Text(f"  written to {report.output}"))
    console.print(Text(f"  {render.seconds(report.seconds)}, {report.lean_calls} Lean calls", style="dim"))


def _print_hole(console: Console, hole: HoleReport) -> None:
    counts = ", ".join(f"{count} {fate.replace('_', ' ')}" for fate, count in sorted(hole.fates.items()))
    console.print(Text(f"  {hole.name}: {hole.tried} candidates ({counts or 'none'}), {hole.examples} examples"))
    if hole.note:
        console.print(Text(f"    {hole.note}", style="dim"))
    for name, why in hole.untestable.items():
        console.print(Text(f"    not testable: {name} ({why})", style="dim"))
    if hole.program is not None:
        text = "\n\n".join((*hole.helpers, f"{hole.name} := {hole.program}"))
        console.print(Text(indent(text, "    ")))
        return
    for each in list(hole.candidates)[-_SHOWN:]:
        console.print(Text(f"    {each.fate}: {_line(each.text)}", no_wrap=True, overflow="ellipsis"))
        if each.reason:
            console.print(Text(f"      {_line(each.reason)}", style="dim", no_wrap=True, overflow="ellipsis"))


def _line(text: str) -> str:
    return " ".join(text.split())
