"""Proving one file: read it, search all its holes, settle what was found with the trusted check, write it, report.

What counts as proved is decided by `decompose.assembly.settle` with the check that it is given, never here.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from decompose.assembly import Assembled, Check, conditional, open_names, settle
from decompose.spec import Excluded, Exclusion, SpecFile, Target, TargetKind, load_spec
from decompose.text import SourceText
from lean_project.errors import LimitHit, MachineryError, UserError
from lean_project.ledger import Ledger, Proof
from lean_project.model import Limits, Position
from lean_project.session import Session
from prover.inputs import InputFile, read_source, unknown_theorems
from prover.portfolio import Portfolio
from prover.proposals import Proposer
from prover.report import FileReport, Level, SourcePosition, Status, TargetReport
from prover.run import Search, Work
from prover.settings import Progress, ProveSettings, Silence
from search.budget import Budget

LOAD_LIMITS = Limits(seconds=600.0)
_ROUNDS = 3
_WITNESS = "a value is missing here, not a proof; the portfolio proves, it does not invent values"

MakeCheck = Callable[[SpecFile, Session], Check]
"""The trusted check against a file's own statements (`prover.gate.gate_for`)."""


@dataclass(frozen=True)
class Run:
    """What every file of a run shares."""

    session: Session
    settings: ProveSettings
    ledger: Ledger
    run_id: str
    budget: Budget
    make_check: MakeCheck
    proposer: Proposer | None = None


def prove_file(file: InputFile, run: Run, progress: Progress | None = None, *, only_file: bool = True) -> FileReport:
    """Prove what can be proved of `file` and write its proved copy (whole or not at all; the input is never touched).

    Ctrl-C ends it with `interrupted` set and nothing written; every attempt up to there is in the ledger.
    `only_file`: names in `settings.theorems` that the file does not have are an error.
    Raises UserError (SpecError among them) when the file cannot be worked on, MachineryError when the machinery did
    not survive its elaboration.
    """
    progress = progress or Silence()
    name = str(file.path)
    progress.stage(name, "reading")
    spec = load_spec(read_source(file.path), run.session, LOAD_LIMITS, name=name)
    targets, excluded = _chosen(spec, run.settings.theorems, only_file)
    progress.targets(name, [target.name for target in targets])
    search = Search(
        spec,
        run.session,
        [target for target in targets if target.kind is TargetKind.PROOF],
        proposer=run.proposer or Portfolio(),
        settings=run.settings,
        budget=run.budget,
        ledger=run.ledger,
        run_id=run.run_id,
        progress=progress,
    )
    try:
        assembled = _prove(spec, search, targets, run, progress)
        if targets:
            progress.stage(name, "writing")
            write_atomically(file.output, assembled.render(spec))
    except KeyboardInterrupt:
        return _report(file, run, search, targets, excluded, None)
    return _report(file, run, search, targets, excluded, assembled)


def _chosen(spec: SpecFile, wanted: tuple[str, ...], only_file: bool) -> tuple[list[Target], list[Excluded]]:
    if not wanted:
        return list(spec.targets), list(spec.excluded)
    missing = [
        name
        for name in wanted
        if not any(t.is_called(name) for t in spec.targets) and not any(_called(e.name, name) for e in spec.excluded)
    ]
    if missing and only_file:
        raise unknown_theorems(missing, [target.name for target in spec.targets], spec.name)
    targets = [target for target in spec.targets if any(target.is_called(name) for name in wanted)]
    return targets, [each for each in spec.excluded if any(_called(each.name, name) for name in wanted)]


def _called(own: str, name: str) -> bool:
    plain = own.split("#")[0]
    return name in (own, plain) or plain.endswith("." + name)


def _prove(spec: SpecFile, search: Search, targets: list[Target], run: Run, progress: Progress) -> Assembled:
    """Search and settle in turns: what the check refuses is searched again, without the lemmas that stay open."""
    check = run.make_check(spec, run.session)
    for last in (*[False] * (_ROUNDS - 1), True):
        progress.stage(spec.name, "proving")
        _search(spec, search)
        progress.stage(spec.name, "checking")
        hints = _hints(search)
        try:
            assembled = settle(spec, hints, _reasons(search, targets), check)
        except (LimitHit, MachineryError) as fault:
            _blame(search, fault)
            return settle(spec, {}, _reasons(search, targets), check)
        _save(search, assembled, run)
        incomplete = _unproved(spec, set(hints))
        again = [
            work
            for work in search.works
            if work.hint and work.target.name not in assembled.accepted and work.target.declaration not in incomplete
        ]
        if last or not any(work.peek() for work in again):
            break
        unproved = _unproved(spec, set(assembled.accepted))
        for work in again:
            search.revoke(work, unproved - {work.target.declaration})
    return assembled


def _search(spec: SpecFile, search: Search) -> None:
    """Run the search; hints that name a lemma without one are given up for later proposals until none is left."""
    while True:
        search.run()
        unproved = _unproved(spec, set(_hints(search)))
        stranded = [work for work in search.works if work.hint and work.peek() and work.hint.lemmas & unproved]
        if not stranded:
            return
        for work in stranded:
            search.revoke(work, unproved)


def _hints(search: Search) -> dict[str, str]:
    return {work.target.name: work.hint.tactics for work in search.works if work.hint}


def _unproved(spec: SpecFile, proved: set[str]) -> frozenset[str]:
    """Declarations that have a hole which is not among `proved`."""
    holes = {target.declaration for target in spec.targets if target.name not in proved}
    return frozenset(holes | {excluded.declaration for excluded in spec.excluded})


def _reasons(search: Search, targets: Iterable[Target]) -> dict[str, str]:
    """Why each chosen target without a hint is open."""
    reasons = {target.name: _WITNESS for target in targets if target.kind is TargetKind.WITNESS}
    proved = set(_hints(search))
    for work in search.works:
        if work.hint is None:
            reasons[work.target.name] = work.reason
            if work.conditional and work.status is Status.OPEN:
                used = open_names(search.spec, dict.fromkeys(proved, ""), work.target, work.conditional.tactics)
                if used:
                    reasons[work.target.name] = work.reason = conditional(work.conditional.tactics, used)
    return reasons


def _blame(search: Search, fault: LimitHit | MachineryError) -> None:
    """The check itself did not get to an answer: what has only a hint is not proved."""
    status = Status.LIMIT if isinstance(fault, LimitHit) else Status.MACHINERY
    for work in search.works:
        if work.hint is not None:
            work.conditional, work.hint = work.hint, None
            work.settle(
                status, f"a proof was found, but the check of the file did not finish: {str(fault).splitlines()[0]}"
            )


def _save(search: Search, assembled: Assembled, run: Run) -> None:
    """Accepted proofs go into the ledger, each once."""
    for work in search.works:
        name = work.target.name
        if name not in assembled.accepted or work.hint is None or assembled.level is None:
            continue
        known = run.ledger.proof_for(work.key)
        if known is None or (known.proof, known.level) != (work.hint.tactics, assembled.level):
            run.ledger.append_proof(
                Proof(
                    target_key=work.key,
                    proof=work.hint.tactics,
                    level=assembled.level,
                    axioms=assembled.axioms.get(name, ()),
                    lean_version=run.session.info.lean_version,
                    run_id=run.run_id,
                )
            )


def _report(
    file: InputFile,
    run: Run,
    search: Search,
    targets: list[Target],
    excluded: list[Excluded],
    assembled: Assembled | None,
) -> FileReport:
    works = {work.target.name: work for work in search.works}
    reports = [_target_report(target, works.get(target.name), assembled) for target in targets]
    reports += [_excluded_report(each) for each in excluded]
    reports.sort(key=lambda report: (report.position.line, report.position.column))
    level: Level | None = None
    if assembled is not None and assembled.level is not None:
        level = "L2" if assembled.level == "L2" else "L3" if assembled.level == "L3" else "L1"
    return FileReport(
        file=str(file.path),
        runtime=run.session.info.runtime,
        lean_version=run.session.info.lean_version,
        level=level,
        targets=tuple(reports),
        output=str(file.output) if assembled is not None and targets else None,
        interrupted=assembled is None,
    )


def _target_report(target: Target, work: Work | None, assembled: Assembled | None) -> TargetReport:
    calls, seconds = (work.calls, round(work.seconds, 3)) if work else (0, 0.0)
    goals = tuple(goal.text for goal in target.goals)
    if assembled is not None and target.name in assembled.accepted:
        return TargetReport(
            name=target.name,
            position=_position(target.position),
            status=Status.PROVED,
            proof=assembled.accepted[target.name],
            axioms=assembled.axioms.get(target.name, ()),
            seconds=seconds,
            lean_calls=calls,
        )
    if assembled is None:
        status, reason = Status.OPEN, "the run was interrupted; go on with --resume"
    elif work is None:
        status, reason = Status.OPEN, assembled.reasons.get(target.name, _WITNESS)
    else:
        status = work.status if work.status not in (None, Status.PROVED) else Status.OPEN
        reason = assembled.reasons.get(target.name) or work.reason
    return TargetReport(
        name=target.name,
        position=_position(target.position),
        status=status,
        seconds=seconds,
        lean_calls=calls,
        reason=reason,
        open_goals=goals,
    )


def _excluded_report(excluded: Excluded) -> TargetReport:
    status = Status.OUT_OF_SCOPE if excluded.exclusion is Exclusion.PROGRAM else Status.OPEN
    return TargetReport(
        name=excluded.name, position=_position(excluded.position), status=status, reason=excluded.reason
    )


def _position(position: Position) -> SourcePosition:
    return SourcePosition(line=position.line, column=position.column)


def write_atomically(path: Path, data: bytes) -> None:
    """Write `data` to `path` whole or not at all. Raises UserError when the folder or the disk refuses."""
    temporary: Path | None = None
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as handle:
            temporary = Path(handle.name)
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        raise UserError(
            f"The output {path} cannot be written: {error.strerror or error}. "
            "Make room or make the folder writable, then run again with --resume: what was proved is saved."
        ) from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink()


__all__ = ["LOAD_LIMITS", "MakeCheck", "Run", "SourceText", "prove_file", "write_atomically"]
