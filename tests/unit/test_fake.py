"""The scripted session."""

from __future__ import annotations

import pytest

from lean_project import fake
from lean_project.errors import LimitHit, MachineryError, RequestError
from lean_project.fake import FakeSession
from lean_project.model import Command, Evaluation, Limits, Position, Replay, Snapshot

CODE = "theorem α : True := by\n  sorry\n"


def script(snapshot: Snapshot, code: str) -> list[Command]:
    if "hang" in code:
        raise fake.Hang
    if "die" in code:
        raise MachineryError("as told")
    hole = fake.hole(CODE, 26, "⊢ True", declaration="α")
    return [fake.command(0, 31, messages=[fake.sorry_warning()], holes=[hole], declares=["α"])]


def test_the_script_answers_and_is_recorded():
    session = FakeSession(script)
    root = session.open("import Init\n\n" + CODE).snapshot
    assert root == Snapshot("import Init\n\n")
    result = session.elaborate(root, CODE, goals=True)
    assert result.snapshot == root.then(CODE) and not result.has_error
    assert result.holes[0].position == Position(2, 2) and result.holes[0].is_proof
    assert session.elaborate(root, CODE).holes[0].goals == ()
    assert session.calls == [(root, CODE)] * 2


def test_what_a_script_raises_fails_the_future():
    session = FakeSession(script)
    future = session.submit_elaborate(Snapshot(""), "die")
    assert future.done()
    with pytest.raises(MachineryError, match="as told"):
        future.result()


def test_a_hang_ends_with_its_seconds_a_cancel_or_the_session():
    with FakeSession(script) as session:
        with pytest.raises(LimitHit) as caught:
            session.elaborate(Snapshot(""), "hang", Limits(seconds=0.01))
        assert (caught.value.kind, caught.value.limit) == ("seconds", 0.01)
        cancelled, left = (session.submit_elaborate(Snapshot(""), "hang") for _ in range(2))
        session.cancel(cancelled)
        session.cancel(cancelled)
    for future in (cancelled, left):
        with pytest.raises(LimitHit, match="cancelled"):
            future.result(timeout=0)
    with pytest.raises(RequestError, match="closed"):
        session.elaborate(Snapshot(""), CODE)


def test_documents_and_replays_are_scripted_too():
    session = FakeSession(
        script,
        document=lambda snapshot: {"key": snapshot.key},
        replayed=lambda header, document: Replay(False, "α", "no"),
    )
    document = session.export(Snapshot("x"))
    assert document == {"key": Snapshot("x").key}
    assert session.replay("x", document).constant == "α"
    assert FakeSession(script).replay("", FakeSession(script).export(Snapshot(""))).accepted


def test_evaluations_and_look_ups_are_scripted_too():
    def evaluated(snapshot: Snapshot, code: str, name: str) -> Evaluation:
        if code == "hang":
            raise fake.Hang
        if code == "die":
            raise MachineryError("as told")
        return Evaluation(len(name))

    with FakeSession(script, evaluated=evaluated, found=lambda snapshot, names: {"names": list(names)}) as session:
        assert session.evaluate(Snapshot(""), "def abc : Nat := 1", "abc").value == 3
        with pytest.raises(MachineryError, match="as told"):
            session.evaluate(Snapshot(""), "die", "")
        with pytest.raises(LimitHit):
            session.evaluate(Snapshot(""), "hang", "", Limits(seconds=0.01))
        assert session.lookup(Snapshot(""), (name for name in "ab")) == {"names": ["a", "b"]}
    assert FakeSession(script).evaluate(Snapshot(""), "", "n").value is None
    assert FakeSession(script).lookup(Snapshot(""), ["n"])["constants"] == []


def test_a_hole_must_be_a_sorry():
    with pytest.raises(ValueError, match="no `sorry` at byte 3"):
        fake.hole(CODE, 3)
