"""What every session promises, whatever answers: a script, a program without Lean, or Lean."""

from __future__ import annotations

import copy
from concurrent.futures import Future

import pytest
from contract_support import Subject

from lean_project.errors import LimitHit, RequestError
from lean_project.model import Document, Elaboration, Limits, Position, Severity, Snapshot
from lean_project.session import Session

FILE = "import Init\n\ntheorem a : 1 + 1 = 2 := by rfl\n"
A = "theorem a : 1 + 1 = 2 := by rfl\n"
OTHER_A = "theorem a : 1 + 2 = 3 := by rfl\n"
USES_A = "theorem b : 1 + 1 = 2 := by exact a\n"


def dotted(document: Document, index: int) -> str:
    prefix, last = document["names"][index]
    return f"{dotted(document, prefix)}.{last}" if prefix else str(last)


@pytest.fixture(scope="module")
def root(session: Session) -> Snapshot:
    snapshot = session.open(FILE).snapshot
    assert snapshot is not None
    return snapshot


def test_open_reads_the_header_alone(session: Session):
    opened = session.open(FILE)
    assert opened.snapshot == Snapshot("import Init\n\n")
    assert opened.header_end == len("import Init\n\n")
    assert "Init" in opened.imports and not opened.messages


def test_a_file_without_a_header(session: Session):
    opened = session.open(A)
    assert (opened.snapshot, opened.header_end) == (Snapshot(""), 0)


def test_a_header_in_error_is_no_snapshot_but_messages(session: Session):
    opened = session.open("import Missing.Module\n\n" + A)
    assert opened.snapshot is None
    assert any(message.is_error and "Missing" in message.text for message in opened.messages)


def test_info_names_the_runtime_and_its_lean(session: Session):
    assert session.info.runtime in {"embedded", "native", "fake"}
    assert session.info.lean_version and session.workers >= 1


def test_a_good_command(session: Session, root: Snapshot):
    result = session.elaborate(root, A)
    (command,) = result.commands
    assert (command.start, command.end) == (0, len(A) - 1)
    assert command.declarations == ("a",)
    assert not result.messages and not result.holes and not result.has_error
    assert result.snapshot == root.then(A)


def test_messages_have_kinds_severities_and_positions(session: Session, root: Snapshot):
    code = "-- ⊢ α 𝔸\ntheorem α₁ : 1 = 1 := by sorry\n\ntheorem b : 1 = 1 := by exact missing\n"
    result = session.elaborate(root, code)
    first, second = result.commands
    assert (first.start, second.start) == (code.encode().index(b"theorem"), code.encode().rindex(b"theorem"))
    warning, error = result.messages
    assert (warning.severity, warning.kind, warning.start.line) == (Severity.WARNING, "hasSorry", 2)
    assert (error.severity, error.start) == (Severity.ERROR, Position(4, 30))
    assert "missing" in error.text
    assert not first.has_error and second.has_error and result.has_error


def test_holes_have_positions_and_goals(session: Session, root: Snapshot):
    code = "-- ⊢ 𝔸\ntheorem α (n : Nat) (h : n = 1) : n = 1 := by sorry\n\ntheorem b : 1 = 1 := sorry\n"
    tactic, term = session.elaborate(root, code, goals=True).holes
    assert code.encode()[tactic.start : tactic.end] == b"sorry" == code.encode()[term.start : term.end]
    assert tactic.start < term.start
    assert (tactic.position, term.position) == (Position(2, 46), Position(4, 21))
    assert (tactic.syntax, tactic.declaration) == ("tactic", "α")
    assert (term.syntax, term.declaration) == ("term", "b")
    assert tactic.is_proof and term.is_proof
    assert tactic.goals[0].text == "n : Nat\nh : n = 1\n⊢ n = 1"
    assert term.goals[0].text.endswith("1 = 1")
    for hole in session.elaborate(root, code).holes:
        assert hole.goals == ()


def test_a_goal_is_closed_or_says_why_not(session: Session, root: Snapshot):
    code = "theorem a (n : Nat) (h : n = 1) : n = 1 := by sorry\n"
    for _ in range(2):  # the second answer may come from a cache
        (goal,) = session.elaborate(root, code, goals=True).holes[0].goals
        if goal.closed is None:
            assert goal.why_open
            continue
        assert [(each.name, each.accessible, each.is_prop) for each in goal.closed.binders] == [
            ("n", True, False),
            ("h", True, True),
        ]
        (constant,) = goal.closed.document["constants"]
        assert constant["kind"] == "axiom" and dotted(goal.closed.document, constant["name"]) == "gentzen.goal"


def test_code_without_a_command(session: Session, root: Snapshot):
    result = session.elaborate(root, "\n \n")
    assert result.commands == () and not result.has_error
    assert not session.elaborate(result.snapshot.then(A), USES_A).has_error


def test_snapshots_branch_and_stay_as_they_were(session: Session, root: Snapshot):
    one = session.elaborate(root, A).snapshot
    two = session.elaborate(root, OTHER_A).snapshot
    assert not session.elaborate(one, USES_A).has_error
    assert not session.elaborate(two, "theorem c : 1 + 2 = 3 := by exact a\n").has_error
    assert session.elaborate(root, USES_A).has_error
    deep = session.elaborate(one, USES_A, keep=True).snapshot
    assert not session.elaborate(deep, "theorem c : 1 + 1 = 2 := by exact b\n").has_error
    assert session.elaborate(one, "theorem c : 1 + 1 = 2 := by exact b\n").has_error


def test_the_state_before_each_command_can_be_built_on(session: Session, root: Snapshot):
    code = f"-- ⊢\n{A}\n{USES_A}"
    result = session.elaborate(root, code, keep=True)
    before_b = root.then(code.encode()[: result.commands[1].start].decode())
    assert not session.elaborate(before_b, USES_A).has_error
    assert session.elaborate(before_b, "theorem c : 1 + 1 = 2 := by exact b\n").has_error


def test_equal_requests_have_equal_answers(session: Session, root: Snapshot):
    answers = [session.elaborate(root, A + USES_A, goals=True, fresh=fresh) for fresh in (False, False, True)]
    assert answers[0].commands == answers[1].commands == answers[2].commands
    assert not answers[2].cached


def test_many_requests_at_once(session: Session, root: Snapshot):
    futures = [session.submit_elaborate(root, f"theorem t{number} : 1 = 1 := by rfl\n") for number in range(20)]
    assert [future.result().commands[0].declarations for future in futures] == [(f"t{n}",) for n in range(20)]


def test_generous_bounds_change_nothing(session: Session, root: Snapshot):
    assert not session.elaborate(root, A, Limits(seconds=60.0, heartbeats=100_000)).has_error


def test_the_wall_clock_is_a_limit_and_not_an_answer(session: Session, subject: Subject, root: Snapshot):
    with pytest.raises(LimitHit) as caught:
        session.elaborate(root, subject.slow, Limits(seconds=0.2))
    assert (caught.value.kind, caught.value.limit) == ("seconds", 0.2)
    assert not session.elaborate(root, A).has_error


def test_cancel(session: Session, subject: Subject, root: Snapshot):
    futures: list[Future[Elaboration]] = [session.submit_elaborate(root, subject.slow) for _ in range(2)]
    for future in futures:
        session.cancel(future)
    for future in futures:
        with pytest.raises(LimitHit) as caught:
            future.result()
        assert caught.value.kind == "cancelled"
        session.cancel(future)
    assert not session.elaborate(root, OTHER_A).has_error


@pytest.mark.parametrize("fresh", [False, True])
def test_export_and_replay(session: Session, root: Snapshot, fresh: bool):
    tip = session.elaborate(root, A + USES_A, fresh=fresh).snapshot
    document = session.export(tip, fresh=fresh)
    assert set(document) >= {"names", "levels", "exprs", "constants"}
    assert {tuple(document["names"][each["name"]]) for each in document["constants"]} == {(0, "a"), (0, "b")}
    accepted = session.replay(root.header, document)
    assert accepted.accepted and not accepted.message
    assert accepted.library["Eq"].kind == "inductive" and accepted.library["Eq"].axioms == ()
    forged = copy.deepcopy(document)
    forged["constants"][0]["value"] = forged["constants"][0]["type"]
    refused = session.replay(root.header, forged)
    assert not refused.accepted
    assert refused.constant in {"a", "b"} and refused.message


def test_constants_are_defined_by_the_kernel(session: Session, root: Snapshot):
    document = session.export(session.elaborate(root, A).snapshot)
    defined = root.define(document)
    assert not session.elaborate(defined, USES_A).has_error
    assert not session.elaborate(defined.then("\n").then(USES_A), "theorem c : 1 + 1 = 2 := by exact b\n").has_error
    assert session.elaborate(root, USES_A).has_error
    forged = copy.deepcopy(document)
    forged["constants"][0]["value"] = forged["constants"][0]["type"]
    for _ in range(2):
        with pytest.raises(RequestError, match="the kernel refused a"):
            session.elaborate(root.define(forged), USES_A)
    assert root.define(document) == root.define(copy.deepcopy(document)) != root.define(forged)


def test_a_number_is_evaluated(session: Session, root: Snapshot):
    code = "def n : Nat := 123456789012345678901234567890\ndef m : Nat := n + 2 + 0\n"
    for cached in (False, True):
        value = session.evaluate(root, code, "m")
        assert (value.value, value.stuck, value.messages) == (123456789012345678901234567892, "", ())
        assert value.cached in {cached, False}
    assert session.evaluate(root, code, "n").value == 123456789012345678901234567890
    assert session.elaborate(root, "theorem c : 1 = 1 := by exact m\n").has_error  # nothing of it is kept


def test_what_does_not_come_out_as_a_number(session: Session, root: Snapshot):
    stuck = session.evaluate(root, "axiom s : Nat\ndef m : Nat := s\n", "m")
    assert (stuck.value, stuck.stuck, stuck.messages) == (None, "s", ())
    wrong = session.evaluate(root, "def m : Nat := missing\n", "m")
    assert wrong.value is None and wrong.messages[0].is_error and "missing" in wrong.messages[0].text
    with pytest.raises(RequestError, match="no definition k"):
        session.evaluate(root, "def m : Nat := 1\n", "k")


def test_evaluation_is_under_the_limits_too(session: Session, subject: Subject, root: Snapshot):
    with pytest.raises(LimitHit) as caught:
        session.evaluate(root, subject.slow, "slow", Limits(seconds=0.2))
    assert (caught.value.kind, caught.value.limit) == ("seconds", 0.2)
    future = session.submit_evaluate(root, subject.slow, "slow")
    session.cancel(future)
    with pytest.raises(LimitHit, match="cancelled"):
        future.result()
    assert session.evaluate(root, "def m : Nat := 1 + 1\n", "m").value == 2


def test_constants_are_looked_up(session: Session, root: Snapshot):
    tip = session.elaborate(root, A + USES_A).snapshot
    document = session.lookup(tip, ["b", "missing.name"])
    (constant,) = document["constants"]
    assert (constant["kind"], dotted(document, constant["name"])) == ("theorem", "b")
    assert "value" not in constant
    assert session.lookup(root, ["a"])["constants"] == [] == session.lookup(root, [])["constants"]


def test_theorems_of_the_library_come_in_pages(session: Session, root: Snapshot):
    found = [theorem for page in session.theorems(root) for theorem in page]
    known = {theorem.name: theorem for theorem in found}
    one = known.get("Mini.two") or known["Nat.add_comm"]
    assert one.module in ("Mini.A", "Init.Data.Nat.Basic")
    assert {"Nat", "Eq"} <= set(one.constants) and len(set(one.constants)) == len(one.constants)
    assert not any(part.startswith("_") for name in known for part in name.split("."))


def test_answers_do_not_depend_on_a_worker_that_lived(session: Session, subject: Subject, root: Snapshot):
    tip = session.elaborate(root, A, keep=True).snapshot
    before = session.elaborate(tip, USES_A + "theorem c : 1 = 1 := by sorry\n", goals=True)
    subject.kill()
    again = session.elaborate(tip, USES_A + "theorem c : 1 = 1 := by sorry\n\n", goals=True)
    assert again.commands == before.commands


def test_a_closed_session_answers_nothing_more(subject: Subject):
    session = subject.make()
    future = session.submit_elaborate(Snapshot(""), subject.slow)
    session.close()
    session.close()
    with pytest.raises(LimitHit) as caught:
        future.result(timeout=0)
    assert caught.value.kind == "cancelled"
    with pytest.raises(RequestError, match="closed"):
        session.submit_elaborate(Snapshot(""), A)
