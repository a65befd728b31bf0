"""What came of each target of a file, as a report: from the search's works and what the check accepted."""

from __future__ import annotations

from collections.abc import Sequence

from decompose.assembly import Assembled, Disproof
from decompose.spec import Excluded, Exclusion, Target
from lean_project.ledger import Ledger
from lean_project.model import Position, RuntimeInfo
from prover.inputs import InputFile
from prover.report import INTERRUPTED, FileReport, Level, SourcePosition, Status, TargetReport
from prover.run import Work

NO_WITNESS = "a value is missing here, not a proof; the portfolio proves, it does not invent values"


def file_report(
    file: InputFile,
    info: RuntimeInfo,
    ledger: Ledger,
    works: Sequence[Work],
    targets: list[Target],
    excluded: list[Excluded],
    assembled: Assembled | None,
    *,
    interrupted: bool = False,
) -> FileReport:
    """`assembled`: what the check has accepted; of an `interrupted` run, its last word so far (None: it had none)."""
    by_name = {work.target.name: work for work in works}
    reports: list[TargetReport] = []
    for target in targets:
        work = by_name.get(target.name)
        if assembled is not None and target.name in assembled.accepted:
            reports.append(_proved_report(target, work, assembled))
        elif assembled is not None and target.name in assembled.disproved:
            reports.append(_disproved_report(target, work, assembled.disproved[target.name]))
        elif interrupted:
            reports.append(_unproved_report(target, work, *_known(work, ledger)))
        else:
            assert assembled is not None
            status = work.status if work and work.status and work.status is not Status.PROVED else Status.OPEN
            reason = assembled.reasons.get(target.name) or (work.reason if work else NO_WITNESS)
            reports.append(_unproved_report(target, work, status, reason))
    reports += [_excluded_report(each) for each in excluded]
    reports.sort(key=lambda report: (report.position.line, report.position.column))
    level: Level | None = None
    if assembled is not None and assembled.level is not None:
        level = "L2" if assembled.level == "L2" else "L3" if assembled.level == "L3" else "L1"
    return FileReport(
        file=str(file.path),
        runtime=info.runtime,
        lean_version=info.lean_version,
        level=level,
        targets=tuple(reports),
        output=str(file.output) if targets and not interrupted else None,
        interrupted=interrupted,
    )


def _known(work: Work | None, ledger: Ledger) -> tuple[Status, str]:
    """What an interrupted run can say of a target that its check has not accepted. A hint is no proof."""
    if work is None:
        return Status.OPEN, NO_WITNESS
    if work.hint is not None:
        saved = ledger.proof_for(work.key) is not None
        whose = "a proof that an earlier run's check accepted" if saved else "the proof that was found"
        return Status.OPEN, f"interrupted before the check of {whose}; go on with --resume"
    if work.status is not None and work.status is not Status.PROVED:
        return work.status, work.reason
    if ledger.proof_for(work.key) is not None:
        return Status.OPEN, "interrupted; an earlier run's check accepted a proof, which --resume takes up"
    return Status.OPEN, INTERRUPTED


def _proved_report(target: Target, work: Work | None, assembled: Assembled) -> TargetReport:
    calls, seconds = _spent(work)
    return TargetReport(
        name=target.name,
        position=_position(target.position),
        status=Status.PROVED,
        proof=assembled.accepted[target.name],
        axioms=assembled.axioms.get(target.name, ()),
        seconds=seconds,
        lean_calls=calls,
        lemmas=assembled.lemmas.get(target.name, ()),
    )


def _disproved_report(target: Target, work: Work | None, disproof: Disproof) -> TargetReport:
    calls, seconds = _spent(work)
    return TargetReport(
        name=target.name,
        position=_position(target.position),
        status=Status.DISPROVED,
        seconds=seconds,
        lean_calls=calls,
        reason=f"false: {disproof.counterexample}" if disproof.counterexample else "its negation is proved",
        open_goals=tuple(goal.text for goal in target.goals),
        counterexample=disproof.counterexample or None,
        disproof=disproof.text,
    )


def _unproved_report(target: Target, work: Work | None, status: Status, reason: str) -> TargetReport:
    calls, seconds = _spent(work)
    return TargetReport(
        name=target.name,
        position=_position(target.position),
        status=status,
        seconds=seconds,
        lean_calls=calls,
        reason=reason,
        open_goals=(work.open_goals if work else ()) or tuple(goal.text for goal in target.goals),
    )


def _spent(work: Work | None) -> tuple[int, float]:
    return (work.calls, round(work.seconds, 3)) if work else (0, 0.0)


def _excluded_report(excluded: Excluded) -> TargetReport:
    status = Status.OUT_OF_SCOPE if excluded.exclusion is Exclusion.PROGRAM else Status.OPEN
    return TargetReport(
        name=excluded.name, position=_position(excluded.position), status=status, reason=excluded.reason
    )


def _position(position: Position) -> SourcePosition:
    return SourcePosition(line=position.line, column=position.column)
