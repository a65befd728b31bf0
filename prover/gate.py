"""The trusted check as assembly wants it: one text in, a judgement by declaration out.

Nothing is decided here: `lean_project.check` decides. This module only brings its verdicts into the form that
`decompose.assembly.settle` reads, and tells apart what concerns one declaration and what spoils the whole file.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial

from decompose.assembly import Check, Judgement
from decompose.spec import EVALUATION_KINDS, SpecFile
from lean_project.check.gate import Reference, check_file
from lean_project.check.verdict import Code, FileVerdict, Reason, TargetVerdict
from lean_project.errors import MachineryError
from lean_project.model import Limits
from lean_project.session import Session

CHECK_LIMITS = Limits(seconds=600.0)
_SORRY = "sorryAx"


def gate_for(
    spec: SpecFile,
    session: Session,
    *,
    reference: Reference | None = None,
    programs: Mapping[str, Collection[str]] | None = None,
) -> Check:
    """The check of files assembled from `spec`, against its own statements (read when first needed).

    `reference`, `programs`: for a `spec` that is another file with its program holes filled, that file's statements and
    the names of the holes, as `check_file` takes them.
    """
    known_reference = [] if reference is None else [reference]
    return _gate(spec, session, known_reference, programs or {})


def _gate(
    spec: SpecFile, session: Session, reference: list[Reference], programs: Mapping[str, Collection[str]]
) -> Check:
    def check(text: str, disproofs: Mapping[str, str] | None = None) -> Judgement:
        if not reference:
            reference.append(read_reference(spec, session))
        names = list(dict.fromkeys(target.declaration for target in spec.targets))
        known = [name for name in names if reference[0].resolve(name) is not None]
        claimed = {name: by for name, by in (disproofs or {}).items() if name in known}
        judge = partial(
            check_file,
            session,
            text,
            reference[0],
            targets=known,
            disproofs=claimed,
            programs=programs,
            limits=CHECK_LIMITS,
        )
        verdict = judge(fresh=False)
        if not _is_clean(verdict):
            # A process that earlier candidates spoilt may refuse what is right.
            verdict = judge()
        return _judgement(spec, session, text, verdict, set(names) - set(known))

    return check


def read_reference(spec: SpecFile, session: Session) -> Reference:
    """The statements of the file, out of a fresh process. `load_spec` has refused files with errors that matter."""
    opened = session.open(spec.text, CHECK_LIMITS)
    if opened.snapshot is None:
        raise MachineryError(f"the header of {spec.name} was in order before and is not any more")
    rest = spec.slice(opened.header_end, spec.source.size)
    elaboration = session.elaborate(opened.snapshot, rest, CHECK_LIMITS, fresh=True)
    document = session.export(elaboration.snapshot, CHECK_LIMITS, fresh=True)
    return Reference.of(spec.text, opened.snapshot.header, opened.imports, elaboration, document)


def _is_clean(verdict: FileVerdict) -> bool:
    """Nothing was refused; what is still open is open."""
    open_or_proved = all(r.code is Code.SORRY for target in verdict.targets for r in target.reasons)
    filled = all(each.accepted for each in (*verdict.disproofs, *verdict.programs))
    return not verdict.reasons and open_or_proved and filled


def _judgement(spec: SpecFile, session: Session, text: str, verdict: FileVerdict, unknown: set[str]) -> Judgement:
    spoiling = [reason for reason in verdict.reasons if not _is_old(spec, session, text, reason)]
    several = len(verdict.targets) > 1
    shared = [r for r in verdict.reasons if several and all(r in target.reasons for target in verdict.targets)]
    refused = dict.fromkeys(unknown, "the check cannot see this declaration, so it cannot accept a proof of it")
    axioms: dict[str, tuple[str, ...]] = {}
    for target in verdict.targets:
        own = [reason for reason in target.reasons if reason not in shared and reason.code is not Code.SORRY]
        if own:
            refused[target.name] = f"the check refuses it: {_said(own)}"
        else:
            axioms[target.name] = _axioms(target)
    level = str(min((target.level for target in verdict.targets if target.accepted), default="L1"))
    fault = f"the check refuses the file: {_said(spoiling)}" if spoiling else ""
    disproved = frozenset(each.name for each in verdict.disproofs if each.accepted)
    return Judgement(refused, axioms, level, fault, disproved)


def _axioms(target: TargetVerdict) -> tuple[str, ...]:
    """What it rests on; `sorryAx` among it exactly when the check says that it is open."""
    is_open = any(reason.code is Code.SORRY for reason in target.reasons)
    return tuple(dict.fromkeys((*target.axioms, *((_SORRY,) if is_open else ()))))


def _said(reasons: Sequence[Reason]) -> str:
    return "; ".join(str(reason) for reason in reasons)


def _is_old(spec: SpecFile, session: Session, text: str, reason: Reason) -> bool:
    """The reason was there before anything was proved: `#exit`, or commands that the runtime could not run."""
    if reason.code is Code.NOT_READ:
        return spec.ends_early
    if reason.code is Code.ELABORATION_ERROR and any(command.has_error for command in spec.commands):
        opened = session.open(text, CHECK_LIMITS)
        if opened.snapshot is None:
            return False
        rest = text.encode()[opened.header_end :].decode()
        commands = session.elaborate(opened.snapshot, rest, CHECK_LIMITS).commands
        return all(command.kind in EVALUATION_KINDS for command in commands if command.has_error)
    return False
