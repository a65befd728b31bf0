"""Verification of rows: every positive row goes through Lean again before it may be trained on.

A completion counts when the trusted check accepts it in its whole file (L1). A repair counts when its proof does and
Lean refuses its attempt. A sketch is no proof: it counts when Lean accepts the split again and the score that follows
is the one in the row, bit for bit. Preferences and negatives rest on scores and refutations of such sketches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from decompose.assembly import settle
from decompose.score import from_json, rescore
from decompose.sketch import Lemma, Split
from decompose.spec import SpecFile, Target
from lean_project.check.verdict import Level
from lean_project.errors import LimitHit, MachineryError, UserError
from lean_project.model import Limits
from lean_project.session import Session
from prover.attempt import judge, slot_of
from prover.engine import Justified, LeanDomain
from prover.gate import gate_for
from prover.portfolio import Portfolio
from rl.data.dataset import Refused
from rl.data.rows import Completion, Repair, Row, Said, Sketch
from rl.data.statements import spec_of
from search.domain import Answer, Kind, Move, Verdict

ATTEMPT_LIMITS = Limits(seconds=30.0, heartbeats=400_000)
SPLIT_SECONDS = 30.0
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Verified:
    """`kept`: rows at the level that they were verified at. `dropped`: with reasons. `lost`: rows that the machinery
    gave no answer about; they are neither, and asking again may settle them."""

    kept: tuple[Row, ...]
    dropped: tuple[Refused, ...]
    lost: tuple[Row, ...] = ()


def verify(rows: Iterable[Row], session: Session, say: Say = lambda text: None) -> Verified:
    """Check every row again. Raises LimitHit("cancelled")."""
    kept: list[Row] = []
    dropped: list[Refused] = []
    lost: list[Row] = []
    for number, row in enumerate(rows, 1):
        try:
            result = verify_row(row, session)
        except MachineryError:
            lost.append(row)
            continue
        if isinstance(result, str):
            dropped.append(Refused(id=row.id, kind=str(getattr(row, "kind", "")), stage="verify", reason=result))
        else:
            kept.append(result)
        if number % 25 == 0:
            say(f"{number} rows verified, {len(dropped)} of them dropped")
    return Verified(tuple(kept), tuple(dropped), tuple(lost))


def verify_row(row: Row, session: Session) -> Row | str:
    """The row at its verified level, or why it is dropped. Raises MachineryError and LimitHit("cancelled")."""
    try:
        spec = spec_of(session, row.theorem.text, row.theorem.name)
    except LimitHit as hit:
        if hit.kind == "cancelled":
            raise
        return f"its file: {hit}"
    except UserError as error:
        return f"its file does not elaborate: {str(error).partition(chr(10))[0]}"
    target = next((each for each in spec.targets if each.command == len(spec.commands) - 1), None)
    if target is None:
        return "its theorem has no hole"
    if isinstance(row, Completion):
        refused = proved(spec, target, row.proof, row.lemmas, session)
        return refused or row.model_copy(update={"level": Level.L1})
    if isinstance(row, Repair):
        refused = proved(spec, target, row.proof, row.lemmas, session)
        if refused:
            return refused
        said = messages_of(spec, target, row.attempt, session)
        if said is None:
            return "its failed attempt does not fail"
        return row.model_copy(update={"level": Level.L1, "messages": said})
    if isinstance(row, Sketch):
        return _sketch(row, spec, target, session)
    return row


def proved(spec: SpecFile, target: Target, proof: str, lemmas: Iterable[str], session: Session) -> str:
    """Why the trusted check does not accept the proof, "" when it does (at L1). Raises MachineryError."""
    texts = tuple(lemmas)
    try:
        assembled = settle(
            spec, {target.name: proof}, {}, gate_for(spec, session), {target.name: texts} if texts else None
        )
    except LimitHit as hit:
        if hit.kind == "cancelled":
            raise
        return f"the check did not finish: {hit}"
    if target.name in assembled.accepted:
        return ""
    return assembled.reasons.get(target.name, "the check refuses it")


def messages_of(spec: SpecFile, target: Target, attempt: str, session: Session) -> tuple[Said, ...] | None:
    """Lean's errors about a failed attempt, at places in it; None when it does not fail. Raises MachineryError."""
    slot = slot_of(spec, target)
    code, edit = slot.candidate(attempt)
    try:
        elaboration = session.elaborate(slot.snapshot, code, ATTEMPT_LIMITS)
    except LimitHit as hit:
        if hit.kind == "cancelled":
            raise
        return (Said(text=str(hit)),)
    judged = judge(slot, edit, elaboration)
    if judged.success:
        return None
    errors = [message for message in elaboration.messages if message.is_error]
    if not errors:
        return (Said(text=judged.said),)
    above = code.encode()[: edit.start].decode().count("\n")
    return tuple(
        Said(text=message.text, line=max(1, message.start.line - above), column=message.start.column)
        for message in errors
    )


def _sketch(row: Sketch, spec: SpecFile, target: Target, session: Session) -> Row | str:
    with LeanDomain(spec, session, proposer=Portfolio(()), splitter=lambda context: iter(())) as domain:
        root = domain.root(target)
        if isinstance(root, str):
            return root
        answer = justify(domain, root, row.tactics, row.lemmas, row.label)
    if answer.verdict is Verdict.MACHINERY:
        raise MachineryError(answer.reason)
    if answer.verdict is not Verdict.JUSTIFIED or not isinstance(answer.record, Justified):
        return f"Lean does not accept the split any more: {answer.reason}"
    stored = from_json(row.score)
    if rescore(stored.provenance) != stored:
        return "its score is not the one that follows from its provenance"
    if answer.record.score.value != stored.value:
        return f"its score is {answer.record.score.value!r} now, not {stored.value!r}"
    return row


def justify(domain: LeanDomain, goal: object, tactics: str, lemmas: Iterable[str], label: str = "") -> Answer:
    """What Lean says to a split of the goal, its lemmas given as declarations. It may leave goals or none."""
    split = Split(
        label or "replay",
        tactics,
        tuple(read_lemma(text) for text in lemmas),
        heartbeats=ATTEMPT_LIMITS.heartbeats or 0,
        completes=False,
    )
    move = Move(split.label, tactics, Kind.SPLIT, 1.0, 0.5, split)
    return domain.submit(goal, move, SPLIT_SECONDS).result()  # type: ignore[arg-type]


def read_lemma(declaration: str) -> Lemma:
    """The lemma of `theorem NAME STATEMENT := by sorry`, as `Lemma.declaration` writes it. Raises ValueError."""
    text = declaration.strip()
    keyword, _, rest = text.partition(" ")
    name, _, body = rest.partition(" ")
    statement, marker, _ = body.rpartition(" := ")
    if keyword != "theorem" or not name or not marker:
        raise ValueError(f"no lemma with an open proof: {declaration[:80]!r}")
    return Lemma(name, statement.strip())
