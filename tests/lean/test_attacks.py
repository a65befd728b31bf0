"""Every fraud of tests/attacks is refused for a stated reason and its honest twin is accepted, on the embedded Lean."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import islice
from zlib import crc32

import pytest

from decompose.graft import escape, grafts
from decompose.text import apply_edits, decode
from lean_project.check.gate import Reference, check_file
from lean_project.check.verdict import Code, FileVerdict, Level
from lean_project.embedded.launch import program
from lean_project.errors import UserError
from lean_project.model import Command, Document, Elaboration, Hole, Limits, Snapshot
from lean_project.pool import Pool
from lean_project.runtime import PoolSettings
from lean_project.session import Session
from tests.attacks.corpus import ROOT, Fraud, Threat, frauds
from tests.attacks.mutate import mutants
from tests.attacks.table import MARK, table

pytestmark = pytest.mark.lean

CORPUS = list(frauds())
WHOLE_FILES = [fraud for fraud in CORPUS if fraud.hole is None]
SLOTS = [fraud for fraud in CORPUS if fraud.hole is not None]
MUTANTS_PER_TWIN = 1
LIMITS = Limits(seconds=120)
References = Callable[[Fraud], Reference]

each = pytest.mark.parametrize("fraud", CORPUS, ids=lambda fraud: fraud.name)


class Reusing:
    """The pool without a new process for each candidate: 500 checks then take minutes instead of an hour.

    It is the easier setting for an attack, since traces of earlier ones may be left. Nothing else changes, and
    `test_attack_is_refused_in_a_fresh_process` takes the real way.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self.info = pool.info
        self.workers = pool.workers
        self.open = pool.open
        self.replay = pool.replay
        self.submit_elaborate = pool.submit_elaborate
        self.cancel = pool.cancel
        self.close = pool.close

    def elaborate(
        self,
        snapshot: Snapshot,
        code: str,
        limits: Limits = LIMITS,
        *,
        goals: bool = False,
        keep: bool = False,
        fresh: bool = False,
    ) -> Elaboration:
        return self._pool.elaborate(snapshot, code, limits, goals=goals, keep=keep)

    def export(self, snapshot: Snapshot, limits: Limits = LIMITS, *, fresh: bool = False) -> Document:
        return self._pool.export(snapshot, limits)


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(program(), PoolSettings(workers=1)) as pool:
        yield pool


@pytest.fixture(scope="module")
def session(pool: Pool) -> Session:
    return Reusing(pool)


@pytest.fixture(scope="module")
def reference(session: Session) -> References:
    return cache(lambda fraud: Reference.read(session, fraud.original, LIMITS))


def elaborated(session: Session, code: str) -> Elaboration:
    """The code as Lean sees it, its header apart. Fails on a header in error."""
    opened = session.open(code, LIMITS)
    assert opened.snapshot is not None, opened.messages
    return session.elaborate(opened.snapshot, code.encode()[opened.header_end :].decode(), LIMITS)


def holes(elaboration: Elaboration) -> list[Hole]:
    return sorted((hole for command in elaboration.commands for hole in command.holes), key=lambda hole: hole.start)


def candidate(session: Session, fraud: Fraud, text: str) -> str:
    """The whole file that a candidate's text amounts to. (Originals of slot frauds have no header.)"""
    text = decode(text.encode()).text
    if fraud.hole is None:
        return text
    hole = holes(elaborated(session, fraud.original))[fraud.hole]
    return apply_edits(fraud.original, grafts(fraud.original, [(hole, text)]))


def codes(verdict: FileVerdict, target: str) -> set[Code]:
    return {reason.code for reason in verdict.target(target).reasons}


def is_silent(elaboration: Elaboration) -> bool:
    return not any(message.is_error or message.kind == "hasSorry" for message in elaboration.messages)


def refuse(session: Session, fraud: Fraud, original: Reference) -> None:
    verdict = check_file(
        session,
        candidate(session, fraud, fraud.attack),
        original,
        targets=fraud.targets,
        limits=LIMITS,
    )
    assert not verdict.accepted
    for target in fraud.targets:
        given = codes(verdict, target)
        if fraud.whole_file:
            given |= {reason.code for reason in verdict.reasons}
        else:
            assert not verdict.target(target).accepted
            assert verdict.target(target).level is Level.L0
        assert given & fraud.reasons, verdict


@each
def test_attack_is_refused(session: Session, reference: References, fraud: Fraud) -> None:
    refuse(session, fraud, reference(fraud))


ONE_OF_EACH = [next(f for f in CORPUS if f.threat is threat and f.silent) for threat in Threat]


@pytest.mark.parametrize("fraud", ONE_OF_EACH, ids=lambda fraud: fraud.name)
def test_attack_is_refused_in_a_fresh_process(pool: Pool, reference: References, fraud: Fraud) -> None:
    refuse(pool, fraud, reference(fraud))


@each
def test_twin_is_accepted(session: Session, reference: References, fraud: Fraud) -> None:
    verdict = check_file(
        session, candidate(session, fraud, fraud.twin), reference(fraud), targets=fraud.targets, limits=LIMITS
    )
    for target in fraud.targets:
        assert verdict.target(target).accepted, verdict
        assert verdict.target(target).level is Level.L1


@each
def test_corpus_is_honest_about_itself(session: Session, fraud: Fraud) -> None:
    original = elaborated(session, fraud.original)
    assert not original.has_error
    assert any(message.kind == "hasSorry" for message in original.messages)
    assert fraud.reasons <= set(Code)
    assert fraud.attack != fraud.twin
    try:
        attack = candidate(session, fraud, fraud.attack)
        silent = session.open(attack, LIMITS).snapshot is not None and is_silent(elaborated(session, attack))
    except UserError:
        silent = False
    assert silent == fraud.silent


@pytest.mark.parametrize("fraud", SLOTS, ids=lambda fraud: fraud.name)
def test_slot_attack_is_refused_before_the_gate(session: Session, fraud: Fraud) -> None:
    """Grafting sees it, or Lean complains; what stays in its slot in silence is left to the gate."""
    assert fraud.hole is not None
    before = elaborated(session, fraud.original).commands
    hole = holes(Elaboration(before, session.open(fraud.original).snapshot))[fraud.hole]  # type: ignore[arg-type]

    def leaves(text: str) -> tuple[str, tuple[Command, ...]]:
        edits = grafts(fraud.original, [(hole, text)])
        after = elaborated(session, apply_edits(fraud.original, edits)).commands
        return escape(before, after, edits, [hole]), after

    why, after = leaves(fraud.attack)
    loud = any(message.is_error or message.kind == "hasSorry" for command in after for message in command.messages)
    assert why or loud or fraud.threat is not Threat.TEXT
    assert leaves(fraud.twin)[0] == ""


MUTATED = [
    pytest.param(fraud, what, code, id=f"{fraud.name}: {what}")
    for fraud in WHOLE_FILES
    for what, code in islice(
        sorted(mutants(fraud.twin, fraud.targets[0].rpartition(".")[2]), key=lambda mutant: crc32(mutant[0].encode())),
        MUTANTS_PER_TWIN,
    )
]


@pytest.mark.parametrize(("fraud", "what", "code"), MUTATED)
def test_mutated_twin_is_never_accepted(
    session: Session, reference: References, fraud: Fraud, what: str, code: str
) -> None:
    verdict = check_file(session, code, reference(fraud), targets=fraud.targets[:1], limits=LIMITS)
    target = verdict.target(fraud.targets[0])
    assert not target.accepted
    assert codes(verdict, target.name) & {Code.STATEMENT_CHANGED, Code.ELABORATION_ERROR, Code.MISSING}


def test_table_is_up_to_date() -> None:
    assert (ROOT / "README.md").read_text(encoding="utf-8").partition(MARK)[2].strip() == table(CORPUS).strip()


def test_every_threat_has_frauds() -> None:
    assert {fraud.threat for fraud in CORPUS} == set(Threat)
    assert sum(fraud.silent for fraud in CORPUS) >= 25
