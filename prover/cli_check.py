"""`gentzen check`: the trusted check on a finished file, alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

from decompose.spec import example_names
from decompose.text import LineIndex
from lean_project.check.gate import check_file
from lean_project.check.verdict import FileVerdict, Reason, TargetVerdict
from lean_project.errors import LimitHit, UserError
from lean_project.model import Limits
from lean_project.session import Session
from prover import inputs, render, sessions
from prover.report import CheckReport, DeclarationReport, Level, ReasonReport
from prover.sessions import Say
from prover.settings import RuntimeChoice

LIMITS = Limits(seconds=600.0)
_EXAMPLE = re.compile(r"(_gentzen_example\.\d+)(?:\.[^\s,:;()]+)?")
"""The name that the check has for an example, with whatever Lean put below it."""


def _open_session(file: Path, choice: RuntimeChoice, project: Path | None, say: Say, quiet: bool) -> Session:
    where = sessions.place(file, choice, project)
    return sessions.open_pool(sessions.program(where, choice, say, quiet=quiet), workers=1)


def run(
    file: Path,
    against: Path | None,
    *,
    allowed_axioms: Sequence[str],
    runtime: RuntimeChoice,
    project: Path | None,
    json: bool,
    quiet: bool,
    say: Say,
) -> int:
    """The whole command: 0 accepted, 1 refused. Raises `UserError` when there is no verdict to give."""
    candidate = inputs.read_lean_file(file).text
    reference = None if against is None else inputs.read_lean_file(against).text
    session = _open_session(against or file, runtime, project, say, quiet)
    try:
        with render.LiveProgress(quiet=quiet) as progress:
            progress.stage(str(file), "checking")
            verdict = check_file(session, candidate, reference, allowed_axioms=allowed_axioms, limits=LIMITS)
        examples = _examples(session, candidate if reference is None else reference, verdict)
        report = check_report(file, against, session.info.runtime, verdict, examples)
    except LimitHit as hit:
        raise UserError(f"The check of {file} did not finish ({hit}), so nothing is known. Split the file.") from hit
    finally:
        session.close()
    if json:
        print(report.model_dump_json(), flush=True)
    else:
        render.print_check(render.stdout_console(), report)
    return 0 if report.accepted else 1


def _examples(session: Session, text: str, verdict: FileVerdict) -> dict[str, str]:
    """What people call the examples of `text`, whose statements were judged: `example@LINE`, as `prove` does."""
    if not any(_EXAMPLE.match(target.name) for target in verdict.targets):
        return {}
    opened = session.open(text, LIMITS)
    if opened.snapshot is None:
        return {}
    rest = text.encode()[opened.header_end :].decode()
    try:
        commands = session.elaborate(opened.snapshot, rest, LIMITS).commands
    except LimitHit:  # it was elaborated a moment ago, so this is bad luck; names are no reason to fail
        return {}
    found = example_names(commands, LineIndex(rest))
    index = LineIndex(text)
    bases = {
        name: f"example@{index.position(opened.header_end + commands[number].start).line}"
        for number, name in found.items()
    }
    counts, seen = Counter(bases.values()), Counter[str]()
    for name, base in bases.items():
        seen[base] += 1
        bases[name] = f"{base}#{seen[base]}" if counts[base] > 1 else base
    return bases


def check_report(
    file: Path, against: Path | None, runtime: str, verdict: FileVerdict, examples: Mapping[str, str]
) -> CheckReport:
    """The verdict as the JSON that docs/json-schema.md promises, its examples under the names in `examples`."""
    return CheckReport(
        file=str(file),
        against=None if against is None else str(against),
        runtime=runtime,
        lean_version=verdict.lean_version,
        accepted=verdict.accepted,
        level=cast(Level, verdict.level.value) if verdict.accepted else None,
        declarations=tuple(_declaration(target, examples) for target in verdict.targets),
        reasons=_reasons(verdict.reasons, examples),
        file_sha256=verdict.candidate_sha256,
        against_sha256=verdict.reference_sha256,
        tools=verdict.tools,
    )


def _declaration(target: TargetVerdict, examples: Mapping[str, str]) -> DeclarationReport:
    return DeclarationReport(
        name=_named(target.name, examples),
        accepted=target.accepted,
        level=cast(Level, target.level.value) if target.accepted else None,
        axioms=target.axioms,
        statement=target.statement,
        reasons=_reasons(target.reasons, examples),
    )


def _reasons(reasons: Sequence[Reason], examples: Mapping[str, str]) -> tuple[ReasonReport, ...]:
    return tuple(ReasonReport(code=each.code.value, detail=_named(each.detail, examples)) for each in reasons)


def _named(text: str, examples: Mapping[str, str]) -> str:
    return _EXAMPLE.sub(lambda match: examples.get(match[1], match[0]), text)
