"""The trusted check with its evidence: which theorems a proof rests on, from the term that the kernel accepted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lean_project.check.gate import Reference, check_file
from lean_project.check.terms import Constant, DocumentError, Name, TermDocument, plain, show
from lean_project.check.verdict import Code, FileVerdict
from lean_project.model import Command, Document, Elaboration, LibraryConstant, Limits, Replay, Snapshot
from lean_project.session import Session
from rl.selfplay.shape import unused_binders
from rl.selfplay.world import Checked

_DECLARATION = "Lean.Parser.Command.declaration"


class Witness:
    """A session that remembers what it elaborated last, and the document which the auditor's kernel accepted last.
    Everything goes through."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.commands: tuple[Command, ...] = ()
        self.document: Document | None = None
        self.library: Mapping[str, LibraryConstant] = {}

    def replay(self, header: str, document: Document, limits: Limits = Limits()) -> Replay:  # noqa: B008 (frozen)
        self.document = None
        answer = self._session.replay(header, document, limits)
        if answer.accepted:
            self.document, self.library = document, answer.library
        return answer

    def elaborate(self, snapshot: Snapshot, code: str, limits: Limits = Limits(), **options: bool) -> Elaboration:  # noqa: B008
        answer = self._session.elaborate(snapshot, code, limits, **options)
        self.commands = answer.commands
        return answer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)


@dataclass(frozen=True, slots=True)
class Claim:
    """A candidate file and the theorem in it that it claims to prove. `above`: the constants of the environment.
    `commands`: how many the file has when every text stays inside its slot. `hypotheses`: for each leading binder of
    the statement, whether it is a hypothesis."""

    text: str
    theorem: str
    above: frozenset[Name]
    commands: int
    hypotheses: tuple[bool, ...] = ()


def audit(session: Session, claim: Claim, reference: Reference, limits: Limits) -> Checked:
    """The trusted check, first in a process that may have run other candidates: that is cheaper, and can only refuse
    what is right (`check_file`); what is refused is asked again in a fresh one. Raises LimitHit and MachineryError."""
    witness = Witness(session)
    verdict = _verdict(witness, claim, reference, limits, fresh=False)
    if not verdict.accepted and not _is_open(verdict):
        verdict = _verdict(witness, claim, reference, limits, fresh=True)
    if not verdict.accepted or witness.document is None:
        reasons = [*(reason for target in verdict.targets for reason in target.reasons), *verdict.reasons]
        return Checked(False, reason="; ".join(dict.fromkeys(map(str, reasons)))[:300])
    try:
        document = TermDocument(witness.document)
    except DocumentError as error:  # the check has read it, so this is not expected
        return Checked(False, reason=str(error))
    bad = _beside(document, witness.commands, claim)
    if bad:
        return Checked(False, reason=bad)
    target = verdict.target(claim.theorem)
    uses, unused = _evidence(document, witness.library, claim)
    return Checked(True, verdict.level, target.axioms, uses, unused)


def _beside(document: TermDocument, commands: Sequence[Command], claim: Claim) -> str:
    """What else the candidate does, beside proving its theorem. The theorem is proved all the same; but a text that
    says more than a proof is no text to learn from."""
    if len(commands) != claim.commands or any(command.kind != _DECLARATION for command in commands[-1:]):
        return "it does not stay inside its slot: Lean reads other commands than were written"
    for constant in document.constants.values():
        name = document.name_of(constant)
        if name not in claim.above and (constant.kind in ("axiom", "opaque") or constant.unsafe):
            return f"it declares {show(name)}, {constant.kind}, beside its theorem"
    return ""


def _verdict(witness: Witness, claim: Claim, reference: Reference, limits: Limits, *, fresh: bool) -> FileVerdict:
    session: Any = witness
    return check_file(session, claim.text, reference, targets=[claim.theorem], limits=limits, fresh=fresh)


def _is_open(verdict: FileVerdict) -> bool:
    """It rests on `sorry`: no other process will see that differently."""
    return any(reason.code is Code.SORRY for target in verdict.targets for reason in target.reasons)


def _evidence(
    document: TermDocument, library: Mapping[str, LibraryConstant], claim: Claim
) -> tuple[tuple[str, ...], int]:
    """Theorems that the proof rests on, and the hypotheses that it does not mention. What the candidate declares for
    itself (auxiliary proofs, lemmas) is looked through; what stood above it is not."""
    found = next((c for c in document.constants.values() if show(document.name_of(c)) == claim.theorem), None)
    if found is None:
        return (), 0
    unused = 0 if found.value is None else unused_binders(document, found.value, list(claim.hypotheses))
    return tuple(sorted(_theorems(document, found, claim.above, library))), unused


def _theorems(
    document: TermDocument, target: Constant, above: frozenset[Name], library: Mapping[str, LibraryConstant]
) -> set[str]:
    found: set[str] = set()
    seen = {target.name}
    roots = [target.value if target.value is not None else target.type]
    stack = list(document.mentioned(roots))
    while stack:
        index = stack.pop()
        if index in seen:
            continue
        seen.add(index)
        name, constant = document.names[index], document.constants.get(index)
        if constant is None:
            known = library.get(show(name)) or library.get(plain(name))
            if known is not None and known.kind == "theorem":
                found.add(show(name))
        elif name in above:
            if constant.kind == "theorem":
                found.add(show(name))
        else:
            stack += document.uses(constant)
    return found
