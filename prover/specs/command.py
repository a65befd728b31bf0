"""The work of `gentzen spec-check`: files in, a report out, and how it is shown."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from decompose.spec import load_spec
from prover import inputs, render, sessions
from prover.sessions import Say
from prover.settings import RuntimeChoice
from prover.specs.check import LOAD, Effort, check_spec
from prover.specs.programs import read_programs
from prover.specs.report import Certainty, Finding, Kind, SpecCheckReport


def run(
    file: Path,
    program: Path | None,
    *,
    mutants: int,
    runtime: RuntimeChoice,
    project: Path | None,
    json: bool,
    quiet: bool,
    say: Say,
) -> int:
    """The whole command: 0 nothing wrong was found, 1 something was. Raises `UserError`."""
    source = inputs.read_lean_file(file)
    solution = None if program is None else inputs.read_lean_file(program)
    where = sessions.place(file, runtime, project)
    pool = sessions.open_pool(sessions.program(where, runtime, say, quiet=quiet), workers=1)
    with pool as session, render.LiveProgress(quiet=quiet) as progress:
        progress.stage(str(file), "reading")
        spec = load_spec(source, session, LOAD, name=str(file))
        given = {} if solution is None else read_programs(session, spec, solution, str(program), LOAD)

        def tell(stage: str) -> None:
            progress.stage(str(file), stage)

        report = check_spec(session, spec, given, Effort(mutants=mutants), tell)
    if json:
        print(report.model_dump_json(), flush=True)
    else:
        print_report(render.stdout_console(), report)
    return 1 if report.faults else 0


def print_report(console: Console, report: SpecCheckReport) -> None:
    """Findings in order of weight, each with what shows it; then what was examined, and the sentence."""
    console.print(Text(render.clean(report.file), "bold"), Text(f"Lean {report.lean_version}, {report.runtime}", "dim"))
    for finding in report.findings:
        style = "yellow" if finding.kind is Kind.UNCONSTRAINED else "red"
        how = "proved" if finding.certainty is Certainty.PROVED else "by tests"
        console.print()
        _print(console, Text.assemble((f"{_TITLES[finding.kind]} ", f"bold {style}"), (f"({how})", "dim")), 2)
        _print(console, Text(render.clean(sentence(finding))), 4)
        code = finding.proof or (finding.other if finding.kind is Kind.TOO_WEAK else "")
        if code:
            _print(console, Text(render.clean(code), "cyan"), 6)
    console.print()
    for program in report.programs:
        facts = list(program.skipped)
        if program.inputs:
            facts.insert(0, f"other outputs tried at {program.inputs} inputs")
        if program.mutants:
            counts = f"{program.killed} refuted, {program.equal} the same function, {program.different} neither"
            facts.insert(0, f"{program.mutants} mutants: {counts}")
        _print(console, Text.assemble((render.clean(program.name), "bold"), f": {render.clean('; '.join(facts))}"), 2)
    for theorem in report.theorems:
        if theorem.untested:
            _print(console, Text(render.clean(f"{theorem.name} was not tested: {theorem.untested}"), "dim"), 2)
    faults, remarks = len(report.faults), len(report.findings) - len(report.faults)
    verdict = Text(_count(faults, "fault"), "red") if faults else Text("nothing wrong was found", "green")
    more = f" and {_count(remarks, 'remark')}" if remarks else ""
    where = f" in {_count(len(report.theorems), 'theorem or example', 'theorems and examples')}"
    _print(console, Text.assemble(verdict, f"{more}{where} ({report.seconds:.0f} s)"), 2)


def _print(console: Console, text: Text, indent: int) -> None:
    console.print(Padding(text, (0, 0, 0, indent), expand=False))


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


_TITLES = {
    Kind.CONTRADICTION: "contradiction",
    Kind.VIOLATED: "violated",
    Kind.VACUOUS: "vacuous",
    Kind.TOO_WEAK: "too weak",
    Kind.UNCONSTRAINED: "unconstrained",
}


def sentence(finding: Finding) -> str:
    """What was found, in one sentence."""
    names = ", ".join(finding.theorems)
    match finding.kind:
        case Kind.CONTRADICTION:
            return f"No program {finding.program} satisfies these at once: {names}."
        case Kind.VIOLATED:
            return f"The program {finding.program} does not satisfy {finding.inputs}."
        case Kind.VACUOUS:
            what = "nothing satisfies its hypotheses"
            return f"{names}: {what}." if finding.proof else f"{names}: {what}, of {finding.tests} inputs tried."
        case Kind.TOO_WEAK:
            return (
                f"Another program satisfies all theorems, as far as tests see, and differs from {finding.program} at "
                f"{finding.inputs} ({finding.change}):"
            )
        case Kind.UNCONSTRAINED:
            return (
                f"{finding.program} may return anything at {finding.inputs}: {finding.tests} other outputs were tried "
                f"({finding.other}, for one), and no theorem refutes any."
            )
