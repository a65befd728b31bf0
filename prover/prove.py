"""Proving one file: read it, search all its holes, settle what was found with the trusted check, write it, report.

What counts as proved is decided by `decompose.assembly.settle` with the check that it is given, never here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from decompose.assembly import Assembled, Check, conditional, open_names, settle
from decompose.difficulty import Difficulty
from decompose.spec import Excluded, SpecFile, Target, TargetKind, load_spec
from decompose.text import SourceText
from lean_project.errors import LimitHit, MachineryError, UserError
from lean_project.files import write_whole
from lean_project.ledger import Ledger, Proof
from lean_project.model import Limits
from lean_project.session import Session
from prover.account import NO_WITNESS, file_report
from prover.inputs import InputFile, is_called, read_source, unknown_theorems
from prover.later import LateMoves
from prover.learned.ranking import ranker_for
from prover.library_moves import LibraryMoves
from prover.portfolio import Portfolio
from prover.proposals import Proposer
from prover.report import FileReport, Status
from prover.run import Search
from prover.settings import PORTFOLIO, Progress, ProveSettings, Silence
from prover.tidy import Tidy
from prover.tree import Tree
from search.budget import Budget

LOAD_LIMITS = Limits(seconds=600.0)
FIRST_SECONDS = 8.0
FIRST_SHARE = 0.35
"""What the portfolio gets for a target before that is taken apart; the rest of it takes part in the search."""
_ROUNDS = 3

MakeCheck = Callable[[SpecFile, Session], Check]
"""The trusted check against a file's own statements (`prover.gate.gate_for`)."""


@dataclass(frozen=True)
class Run:
    """What every file of a run shares. `late_moves` makes a policy's moves for a file; `difficulty`: its word on how
    hard goals are, None: as the settings say. `premises`: the folder with the library's indices; None: no premises.
    `keep_record` is told of every file that was worked on, with its trees."""

    session: Session
    settings: ProveSettings
    ledger: Ledger
    run_id: str
    budget: Budget
    make_check: MakeCheck
    proposer: Proposer | None = None
    late_moves: Callable[[SpecFile, Budget], LateMoves] | None = None
    difficulty: Callable[[SpecFile, Budget], Difficulty] | None = None
    premises: Path | None = None
    keep_record: Callable[[FileReport, Tree | None], None] | None = None


def prove_file(file: InputFile, run: Run, progress: Progress | None = None, *, only_file: bool = True) -> FileReport:
    """Prove what can be proved of `file` and write its proved copy (whole or not at all; the input is never touched).

    Ctrl-C ends it with `interrupted` set and nothing written; what is known by then is in the report, and every attempt
    is in the ledger.
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
    ranker = ranker_for(run.settings.order)
    search = Search(
        spec,
        run.session,
        [target for target in targets if target.kind is TargetKind.PROOF],
        proposer=run.proposer or Portfolio(ranker=ranker),
        settings=run.settings,
        budget=run.budget,
        ledger=run.ledger,
        run_id=run.run_id,
        progress=progress,
    )
    tree = None
    if run.settings.strategy != PORTFOLIO:
        search.timeout = min(FIRST_SECONDS, FIRST_SHARE * run.settings.timeout)
        tree = Tree(
            spec=spec,
            session=run.session,
            proposer=run.proposer or Portfolio(),
            ranker=ranker,
            settings=run.settings,
            budget=run.budget,
            ledger=run.ledger,
            run_id=run.run_id,
            progress=progress,
            late_moves=_late_moves(spec, run),
            difficulty=None if run.difficulty is None else run.difficulty(spec, run.budget),
        )
    settled: list[Assembled] = []
    assembled: Assembled | None = None
    try:
        assembled = _prove(spec, search, tree, targets, run, progress, settled)
        if targets:
            progress.stage(name, "writing")
            write_atomically(file.output, assembled.render(spec))
        interrupted = False
    except KeyboardInterrupt:
        interrupted, assembled = True, settled[-1] if settled else None
    report = file_report(
        file, run.session.info, run.ledger, search.works, targets, excluded, assembled, interrupted=interrupted
    )
    if run.keep_record is not None:
        run.keep_record(report, tree)
    return report


def _late_moves(spec: SpecFile, run: Run) -> LateMoves | None:
    """A policy's moves and those with premises from the library, as far as the run has them."""
    asked = run.late_moves(spec, run.budget) if run.late_moves is not None else None
    return asked if run.premises is None else LibraryMoves(spec, run.session, run.premises, asked)


def _chosen(spec: SpecFile, wanted: tuple[str, ...], only_file: bool) -> tuple[list[Target], list[Excluded]]:
    if not wanted:
        return list(spec.targets), list(spec.excluded)
    missing = [
        name
        for name in wanted
        if not any(t.is_called(name) for t in spec.targets) and not any(is_called(e.name, name) for e in spec.excluded)
    ]
    if missing and only_file:
        raise unknown_theorems(missing, [target.name for target in spec.targets], spec.name)
    targets = [target for target in spec.targets if any(target.is_called(name) for name in wanted)]
    return targets, [each for each in spec.excluded if any(is_called(each.name, name) for name in wanted)]


def _prove(
    spec: SpecFile,
    search: Search,
    tree: Tree | None,
    targets: list[Target],
    run: Run,
    progress: Progress,
    settled: list[Assembled],
) -> Assembled:
    """Search and settle in turns: what the check refuses is searched again, without the lemmas that stay open.

    Whatever the check has accepted is put into `settled` at once, for an interruption.
    """
    check = run.make_check(spec, run.session)
    for last in (*[False] * (_ROUNDS - 1), True):
        progress.stage(spec.name, "proving")
        _search(spec, search)
        if tree is not None:
            progress.stage(spec.name, "searching")
            tree.run(search.works)
        if not run.settings.all_or_none or all(work.hint for work in search.works):
            progress.stage(spec.name, "tidying")
            _tidy(search, run)
        progress.stage(spec.name, "checking")
        hints = _hints(search)
        lemmas = {work.target.name: work.hint.helpers for work in search.works if work.hint}
        try:
            assembled = settle(
                spec, hints, _reasons(search, targets), check, lemmas, tree.disproofs if tree is not None else None
            )
        except (LimitHit, MachineryError) as fault:
            _blame(search, fault)
            return settle(spec, {}, _reasons(search, targets), check)
        settled.append(assembled)
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


def _tidy(search: Search, run: Run) -> None:
    """Shorten the proofs that this run found. Ctrl-C ends it at once and passes on."""
    works = [work for work in search.works if work.hint and not work.recalled and not work.tidied]
    helpers = [Tidy(run.session, run.budget) for _ in works]
    with ThreadPoolExecutor(run.session.workers, thread_name_prefix="gentzen-tidy") as threads:
        futures = [
            threads.submit(helper.proof, work.slot, work.hint)
            for work, helper in zip(works, helpers, strict=True)
            if work.hint
        ]
        try:
            for work, helper, future in zip(works, helpers, futures, strict=True):
                work.hint, work.tidied = future.result(), True
                work.calls += helper.calls
        except BaseException:
            for future in futures:
                future.cancel()
            for helper in helpers:
                helper.stop()
            raise


def _hints(search: Search) -> dict[str, str]:
    return {work.target.name: work.hint.tactics for work in search.works if work.hint}


def _unproved(spec: SpecFile, proved: set[str]) -> frozenset[str]:
    """Declarations that have a hole which is not among `proved`."""
    holes = {target.declaration for target in spec.targets if target.name not in proved}
    return frozenset(holes | {excluded.declaration for excluded in spec.excluded})


def _reasons(search: Search, targets: Iterable[Target]) -> dict[str, str]:
    """Why each chosen target without a hint is open."""
    reasons = {target.name: NO_WITNESS for target in targets if target.kind is TargetKind.WITNESS}
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
                    verdict={"lemmas": list(work.hint.helpers)} if work.hint.helpers else {},
                    level=assembled.level,
                    axioms=assembled.axioms.get(name, ()),
                    lean_version=run.session.info.lean_version,
                    run_id=run.run_id,
                )
            )


def write_atomically(path: Path, data: bytes) -> None:
    """Write `data` to `path` whole or not at all. Raises UserError when the folder or the disk refuses."""
    try:
        write_whole(path, data, durable=True)
    except OSError as error:
        raise UserError(
            f"The output {path} cannot be written: {error.strerror or error}. "
            "Make room or make the folder writable, then run again with --resume: what was proved is saved."
        ) from error


__all__ = ["LOAD_LIMITS", "MakeCheck", "Run", "SourceText", "prove_file", "write_atomically"]
