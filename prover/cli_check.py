"""`gentzen check`: the trusted check on a finished file, alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

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
        report = check_report(file, against, session.info.runtime, verdict)
    except LimitHit as hit:
        raise UserError(f"The check of {file} did not finish ({hit}), so nothing is known. Split the file.") from hit
    finally:
        session.close()
    if json:
        print(report.model_dump_json(), flush=True)
    else:
        render.print_check(render.stdout_console(), report)
    return 0 if report.accepted else 1


def check_report(file: Path, against: Path | None, runtime: str, verdict: FileVerdict) -> CheckReport:
    """The verdict as the JSON that docs/json-schema.md promises."""
    return CheckReport(
        file=str(file),
        against=None if against is None else str(against),
        runtime=runtime,
        lean_version=verdict.lean_version,
        accepted=verdict.accepted,
        level=cast(Level, verdict.level.value) if verdict.accepted else None,
        declarations=tuple(_declaration(target) for target in verdict.targets),
        reasons=_reasons(verdict.reasons),
        file_sha256=verdict.candidate_sha256,
        against_sha256=verdict.reference_sha256,
        tools=verdict.tools,
    )


def _declaration(target: TargetVerdict) -> DeclarationReport:
    return DeclarationReport(
        name=target.name,
        accepted=target.accepted,
        level=cast(Level, target.level.value) if target.accepted else None,
        axioms=target.axioms,
        statement=target.statement,
        reasons=_reasons(target.reasons),
    )


def _reasons(reasons: Sequence[Reason]) -> tuple[ReasonReport, ...]:
    return tuple(ReasonReport(code=reason.code.value, detail=reason.detail) for reason in reasons)
