"""One worker: the protocol over a program that can misbehave in every way that we know of."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from stand_in import PATIENCE, children, eventually, first_text, gone, program

from lean_project.errors import LimitHit, MachineryError, RequestError, UserError
from lean_project.model import Limits, Snapshot
from lean_project.runtime import PoolSettings, RuntimeProgram
from lean_project.snapshots import SnapshotTable
from lean_project.worker import RELEASE_BATCH, Worker

LIMITS = Limits(seconds=PATIENCE)
HEADER = "import Init\n"
A = "theorem a : True := by trivial\n"
USES_A = "theorem b : True := by exact a\n"


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker(program())
    yield worker
    worker.close()
    assert not worker.alive


@pytest.fixture
def root(worker: Worker) -> Snapshot:
    snapshot = worker.open(HEADER + A, LIMITS).snapshot
    assert snapshot is not None
    return snapshot


def misbehave(what: str) -> str:
    return f"{A}#misbehave {what}\n"


def set_once_there(event: threading.Event, path: Path) -> None:
    """Set the event as soon as the worker has made the file."""
    threading.Thread(target=lambda: eventually(path.exists) and event.set(), daemon=True).start()


def log(path: Path) -> list[str]:
    return [line.split()[1] for line in path.read_text().splitlines()]


def test_the_greeting_says_which_lean_answers(worker: Worker):
    assert (worker.info.runtime, worker.info.lean_version) == ("embedded", "4.0.0-stand-in")


def test_a_snapshot_is_rebuilt_from_its_recipe(worker: Worker):
    snapshot = Snapshot(HEADER).then(A).then("\n \n").then("theorem c : True := by exact a\n")
    assert not worker.elaborate(snapshot, "example : True := c", LIMITS).has_error
    assert worker.missing(snapshot) == 0
    assert worker.elaborate(Snapshot(HEADER), USES_A, LIMITS).has_error


def test_states_that_were_kept_are_not_elaborated_again(tmp_path: Path):
    worker = Worker(program("--log", str(tmp_path / "log")))
    root = worker.open(HEADER, LIMITS).snapshot
    assert root is not None
    code = f"{A}\n-- ⊢\n{USES_A}"
    result = worker.elaborate(root, code, LIMITS, keep=True)
    before_b = root.then(code.encode()[: result.commands[1].start].decode())
    assert worker.missing(before_b) == worker.missing(result.snapshot) == 0
    assert not worker.elaborate(before_b, USES_A, LIMITS).has_error
    assert log(tmp_path / "log") == ["open", "elab", "elab"]
    worker.close()


def test_a_state_that_a_heartbeat_bound_may_have_changed_is_not_taken_for_the_recipe(worker: Worker, root: Snapshot):
    bounded = Limits(PATIENCE, heartbeats=1)
    assert worker.elaborate(root, USES_A, bounded, keep=True).has_error
    assert worker.missing(root.then(USES_A)) == 1
    assert not worker.elaborate(root, A, bounded, keep=True).has_error
    assert worker.missing(root.then(A)) == 0


def test_definitions_are_made_once_and_not_by_an_auditor(tmp_path: Path):
    worker = Worker(program("--log", str(tmp_path / "log")))
    document = worker.export(Snapshot(HEADER).then(A), LIMITS)
    defined = Snapshot(HEADER).define(document)
    for _ in range(2):
        assert not worker.elaborate(defined, USES_A, LIMITS).has_error
    assert worker.missing(defined.then(A)) == 1
    assert worker.evaluate(defined, "def n : Nat := 1 + 2\n", "n", LIMITS).value == 3
    assert worker.lookup(defined, iter(["a", "b"]), LIMITS)["names"] == [None, [0, "a"]]
    assert log(tmp_path / "log") == ["open", "elab", "export", "define", "elab", "elab", "eval", "lookup"]
    worker.close()
    auditor = Worker(program(), audit=True)
    for request in (
        lambda: auditor.lookup(defined, ["a"], LIMITS),
        lambda: auditor.evaluate(Snapshot(HEADER), "def n : Nat := 1\n", "n", LIMITS),
    ):
        with pytest.raises(RequestError, match="an auditor elaborates nothing"):
            request()
    auditor.close()


@pytest.mark.parametrize("reply", ["no-commands", "no-json", "wrong-id"])
def test_an_evaluation_of_another_shape_is_a_fault_of_the_worker(worker: Worker, root: Snapshot, reply: str):
    with pytest.raises(MachineryError):
        worker.evaluate(root, f"def n : Nat := 1\n#misbehave {reply}\n", "n", LIMITS)
    assert not worker.alive


def test_an_evaluation_ends_with_its_seconds(worker: Worker, root: Snapshot):
    with pytest.raises(LimitHit) as caught:
        worker.evaluate(root, misbehave("hang"), "n", Limits(seconds=0.01))
    assert (caught.value.kind, caught.value.limit) == ("seconds", 0.01)
    assert worker.evaluate(root, "def n : Nat := 4\n", "n", LIMITS).value == 4


def test_old_snapshots_are_released_but_never_one_in_use():
    worker = Worker(program(), PoolSettings(snapshots_per_worker=2))
    tip = Snapshot(HEADER)
    for number in range(RELEASE_BATCH + 10):
        result = worker.elaborate(tip, f"theorem t{number} : True := by trivial\n", LIMITS, keep=True)
        assert not worker.elaborate(result.snapshot, f"example : True := t{number}", LIMITS).has_error
        tip = result.snapshot if number % 10 else Snapshot(HEADER)
    assert worker.stats()["snapshots"] <= RELEASE_BATCH + 10
    worker.close()


def test_a_header_stays_while_anything_on_top_of_it_is_in_use():
    table = SnapshotTable(capacity=3)
    for number, of in enumerate([("h",), ("h", "a"), ("g",)]):
        assert table.add(of, number) == []
    table.use(("h", "a", "b"))
    assert table.add(("x",), 3) == [2]
    assert (table.missing(("h", "a", "b")), table.missing(("h",)), table.longest_prefix(("g",))) == (1, 0, 0)
    assert table.add(("x",), 4) == [3]


def test_results_that_are_not_kept_do_not_pile_up(worker: Worker, root: Snapshot):
    for number in range(3 * RELEASE_BATCH):
        worker.elaborate(root, f"theorem t{number} : True := by trivial\n", LIMITS)
    assert worker.stats()["snapshots"] <= RELEASE_BATCH + 1


def test_a_header_in_error(worker: Worker):
    opened = worker.open("import Missing\n", LIMITS)
    assert opened.snapshot is None and opened.messages[0].is_error
    with pytest.raises(RequestError, match="unknown module prefix 'Missing'"):
        worker.elaborate(Snapshot("import Missing\n"), A, LIMITS)
    with pytest.raises(RequestError, match="goes on after it ended"):
        worker.elaborate(Snapshot(A), A, LIMITS)
    assert worker.alive


def test_the_soft_limit_leaves_the_worker_alive(worker: Worker, root: Snapshot):
    with pytest.raises(LimitHit) as caught:
        worker.elaborate(root, misbehave("hang"), Limits(seconds=0.01))
    assert (caught.value.kind, caught.value.limit) == ("seconds", 0.01)
    assert not worker.elaborate(root, A, LIMITS).has_error


def test_a_worker_that_ignores_its_limit_is_killed(tmp_path: Path):
    worker = Worker(program(), PoolSettings(grace_seconds=0.2))
    with pytest.raises(LimitHit, match="limit of 1 seconds"):
        worker.elaborate(Snapshot(HEADER), misbehave(f"hang-hard {tmp_path / 'pids'}"), Limits(seconds=1.0))
    assert not worker.alive
    assert all(eventually(lambda pid=pid: gone(int(pid))) for pid in (tmp_path / "pids").read_text().split())
    with pytest.raises(MachineryError, match="already dead"):
        worker.elaborate(Snapshot(HEADER), A, LIMITS)


@pytest.mark.parametrize("how", ["hang", "hang-hard"])
def test_cancel_stops_lean_or_else_the_process(how: str, tmp_path: Path):
    worker = Worker(program(), PoolSettings(grace_seconds=0.2))
    worker.open(HEADER, LIMITS)
    cancel = threading.Event()
    set_once_there(cancel, tmp_path / "running")
    with pytest.raises(LimitHit, match="cancelled"):
        worker.elaborate(Snapshot(HEADER), misbehave(f"{how} {tmp_path / 'running'}"), LIMITS, cancel=cancel)
    assert worker.alive == (how == "hang")
    worker.close()


def test_stop_kills_at_once(tmp_path: Path):
    stop = threading.Event()
    worker = Worker(program(), stop=stop)
    worker.open(HEADER, LIMITS)
    set_once_there(stop, tmp_path / "running")
    with pytest.raises(LimitHit, match="cancelled"):
        worker.elaborate(Snapshot(HEADER), misbehave(f"hang {tmp_path / 'running'}"), LIMITS)
    assert not worker.alive


def test_a_request_that_eats_the_memory_is_stopped():
    worker = Worker(program(), PoolSettings(memory_limit=100 << 20))
    with pytest.raises(LimitHit) as caught:
        worker.elaborate(Snapshot(HEADER), misbehave("eat 10000000"), LIMITS)
    assert (caught.value.kind, caught.value.limit) == ("memory", 100 << 20)
    assert not worker.alive


@pytest.mark.parametrize("what", ["garbage", "unended-noise", "flood-stderr 3000000"])
def test_noise_changes_no_answer(worker: Worker, root: Snapshot, what: str):
    assert worker.elaborate(root, misbehave(what), LIMITS).commands[0].declarations == ("a",)


def test_an_answer_of_ten_megabytes(worker: Worker, root: Snapshot):
    assert len(first_text(worker.elaborate(root, misbehave("big 10000000"), LIMITS).commands)) == 10_000_001


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("die 7", "exit code 7"),
        ("half-a-line", "middle of a line"),
        ("no-json", "not JSON"),
        ("no-object", "not a JSON object"),
        ("no-commands", "another shape"),
        ("wrong-id", "request 3 instead of 2"),
        ("refuse machinery crash", "as told"),
        ("refuse what ever", "as told"),
    ],
)
def test_broken_machinery_ends_the_process(worker: Worker, root: Snapshot, what: str, said: str):
    with pytest.raises(MachineryError, match=said):
        worker.elaborate(root, misbehave(what), LIMITS)
    assert not worker.alive and gone(worker.pid)


def test_death_shows_what_the_process_said_last(worker: Worker, root: Snapshot):
    with pytest.raises(MachineryError) as caught:
        worker.elaborate(root, misbehave("die"), LIMITS)
    assert "dying as told" in caught.value.stderr_tail


def test_a_death_is_noticed_though_a_child_holds_the_pipes(worker: Worker, root: Snapshot, tmp_path: Path):
    with pytest.raises(MachineryError, match="exit code 7"):
        worker.elaborate(root, misbehave(f"die-and-leave-a-child {tmp_path / 'pid'}"), LIMITS)
    assert eventually(lambda: gone(int((tmp_path / "pid").read_text())))


@pytest.mark.parametrize(
    ("refusal", "error", "lives"),
    [
        ("request field", RequestError, True),
        ("limit seconds", LimitHit, True),
        ("limit heartbeats", LimitHit, True),
        ("limit memory", LimitHit, False),
        ("limit stack", LimitHit, False),
    ],
)
def test_what_a_worker_says_of_its_own_failures(
    worker: Worker, root: Snapshot, refusal: str, error: type[Exception], lives: bool
):
    with pytest.raises(error) as caught:
        worker.elaborate(root, misbehave(f"refuse {refusal}"), LIMITS)
    assert worker.alive == lives
    if isinstance(caught.value, LimitHit):
        assert caught.value.kind == refusal.split()[1]


@pytest.mark.parametrize(
    ("option", "said"),
    [("--die-at-start", "no Lean in here"), ("--wrong-nonce", "other lines came"), ("--silent", "did not answer")],
)
def test_a_program_that_does_not_start(option: str, said: str):
    settings = PoolSettings(start_seconds=PATIENCE if "die" in option else 0.5)
    with pytest.raises(MachineryError, match=said):
        Worker(program(option), settings)
    assert eventually(lambda: not children())


def test_a_memory_limit_below_the_start():
    with pytest.raises(UserError, match="Raise the limit"):
        Worker(program("--silent"), PoolSettings(memory_limit=1000))


def test_a_program_that_is_not_there():
    with pytest.raises(UserError, match="gentzen doctor"):
        Worker(RuntimeProgram("native", ("/nowhere/lean",)))


def test_an_auditor_runs_nobodys_code(tmp_path: Path):
    auditor = Worker(program("--log", str(tmp_path / "log")), audit=True)
    for refused in (
        lambda: auditor.elaborate(Snapshot(HEADER), A, LIMITS),
        lambda: auditor.elaborate(Snapshot(HEADER).then(A), A, LIMITS),
        lambda: auditor.export(Snapshot(HEADER).then(A), LIMITS),
    ):
        with pytest.raises(RequestError, match="elaborates nothing"):
            refused()
    assert auditor.replay(HEADER, {"constants": [], "exprs": [], "names": [None]}, LIMITS).accepted
    assert set(log(tmp_path / "log")) == {"open", "replay"}
    auditor.close()


def test_an_interrupted_request_ends_the_process(worker: Worker, root: Snapshot, monkeypatch: pytest.MonkeyPatch):
    """Ctrl-C between a request and its answer: the next request must not read that answer."""

    def interrupted(deadline: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(worker._process, "receive", interrupted)
    with pytest.raises(KeyboardInterrupt):
        worker.elaborate(root, A, LIMITS)
    assert not worker.alive


def test_closing_is_idempotent():
    worker = Worker(program())
    worker.close(grace=PATIENCE)
    worker.close()
    worker.kill()
    assert gone(worker.pid)
