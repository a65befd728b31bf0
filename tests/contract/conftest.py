"""The sessions that the contract holds for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import mini_lean
import pytest
import stand_in
from contract_support import Subject

from lean_project import wire
from lean_project.cluster import RaySession
from lean_project.embedded import launch
from lean_project.errors import RequestError
from lean_project.fake import FakeSession, Hang
from lean_project.model import Command, Definition, Document, Evaluation, LibraryTheorem, Opened, Replay, Snapshot
from lean_project.pool import Pool
from lean_project.runtime import PoolSettings
from lean_project.session import Session

MISBEHAVE = "theorem slow : True := by trivial\n#misbehave hang\n"
DECIDES_FOR_EVER = (
    "theorem slow : (List.range 40000).foldl (· + ·) 0 = 799980000 := by\n"
    "  set_option maxRecDepth 100000000 in\n"
    "  set_option maxHeartbeats 0 in\n"
    "  decide\n"
)


def fake_session() -> FakeSession:
    def script(snapshot: Snapshot, code: str) -> Sequence[Command]:
        if code == MISBEHAVE:
            raise Hang
        records, _ = mini_lean.elaborate(declared(snapshot), code, goals=True)
        return wire.commands(records)

    def header(code: str) -> Opened:
        return wire.opened(mini_lean.opened(code), code)

    def document(snapshot: Snapshot) -> Document:
        return mini_lean.document(declared(snapshot))

    def replayed(header: str, value: Document) -> Replay:
        return wire.replay(mini_lean.replay(value))

    def evaluated(snapshot: Snapshot, code: str, name: str) -> Evaluation:
        if code == MISBEHAVE:
            raise Hang
        reply = mini_lean.evaluate(declared(snapshot), code, name)
        if reply is None:
            raise RequestError(f"the code declares no definition {name}")
        return wire.evaluation(reply)

    def found(snapshot: Snapshot, names: tuple[str, ...]) -> Document:
        return wire.document(mini_lean.lookup(declared(snapshot), names)["document"])

    def library(snapshot: Snapshot) -> list[LibraryTheorem]:
        return wire.theorems(mini_lean.theorems(0, 100))[0]

    return FakeSession(
        script,
        header=header,
        document=document,
        replayed=replayed,
        evaluated=evaluated,
        found=found,
        library=library,
    )


def declared(snapshot: Snapshot) -> frozenset[str]:
    names: frozenset[str] = frozenset()
    for piece in snapshot.code:
        if isinstance(piece, Definition):
            if error := mini_lean.refusal(piece.document):
                raise RequestError(f"the kernel refused {error['constant']}: {error['message']}")
            names |= mini_lean.defined(piece.document)
        else:
            names = mini_lean.elaborate(names, piece, goals=False)[1]
    return names


def kill_workers() -> None:
    for process in stand_in.children():
        if process.name() != "sh":
            process.kill()


def on_cluster() -> Session:
    """Two actors, on a Ray cluster of this machine."""
    program = stand_in.program()
    # A lambda is sent by value: nodes do not know this module.
    return RaySession(lambda: Pool(program, PoolSettings(workers=1)), 2)


def kill_actors() -> None:
    for process in stand_in.children():
        if "Holder" in process.name():
            process.kill()


SUBJECTS = {
    "fake": Subject(fake_session, MISBEHAVE, lambda: None),
    "stand-in": Subject(lambda: Pool(stand_in.program(), PoolSettings(workers=2)), MISBEHAVE, kill_workers),
    "cluster": Subject(on_cluster, MISBEHAVE, kill_actors),
    "embedded": Subject(lambda: Pool(launch.program(), PoolSettings(workers=1)), DECIDES_FOR_EVER, kill_workers),
}


@pytest.fixture(
    scope="module", params=["fake", "stand-in", "cluster", pytest.param("embedded", marks=pytest.mark.lean)]
)
def subject(request: pytest.FixtureRequest) -> Subject:
    if request.param == "cluster":
        pytest.importorskip("ray")
    return SUBJECTS[request.param]


@pytest.fixture(scope="module")
def session(subject: Subject) -> Iterator[Session]:
    session = subject.make()
    yield session
    session.close()
