"""The pool over the stand-in program: scheduling, retries, limits, fresh processes, cancellation, the end."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from concurrent.futures import CancelledError, Future, wait
from pathlib import Path

import pytest
from stand_in import PATIENCE, children, eventually, first_text, gone, program

from lean_project.cache import ElaborationCache
from lean_project.crew import PATIENCE as PASSED_OVER
from lean_project.errors import LimitHit, MachineryError, RequestError, UserError
from lean_project.model import Elaboration, Limits, Snapshot
from lean_project.pool import Pool
from lean_project.runtime import PoolSettings, RuntimeProgram, available_memory, worker_count

LIMITS = Limits(seconds=PATIENCE)
ROOT = Snapshot("import Init\n")
A = "theorem a : True := by trivial\n"
PID = f"{A}#misbehave pid\n"


class Log:
    """What the worker processes were asked, as (process id, operation)."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "log"
        self.option = ("--log", str(self.path))

    @property
    def entries(self) -> list[tuple[int, str]]:
        lines = self.path.read_text().splitlines() if self.path.exists() else []
        return [(int(pid), op) for pid, op in (line.split() for line in lines)]

    def count(self, op: str) -> int:
        return sum(each == op for _, each in self.entries)

    @property
    def pids(self) -> set[int]:
        return {pid for pid, _ in self.entries}


@pytest.fixture
def log(tmp_path: Path) -> Log:
    return Log(tmp_path)


def pool(log: Log | None = None, *options: str, **settings: object) -> Pool:
    settings = {"workers": 1, "grace_seconds": 0.2, **settings}
    return Pool(program(*(log.option if log else ()), *options), PoolSettings(**settings))  # type: ignore[arg-type]


def named(name: str, what: str = "") -> str:
    return f"theorem {name} : True := by trivial\n" + (f"#misbehave {what}\n" if what else "")


class Gate:
    """A named pipe: code that waits for it holds its worker until the gate is opened."""

    def __init__(self, folder: Path, name: str = "gate") -> None:
        self.path = folder / name
        os.mkfifo(self.path)
        self.code = named(name, f"wait-for {self.path}")

    def open(self) -> None:
        """Waits until the worker has reached the gate."""
        self.path.write_bytes(b"")

    def try_open(self) -> bool:
        """Whether a worker was at the gate."""
        try:
            os.close(os.open(self.path, os.O_WRONLY | os.O_NONBLOCK))
        except OSError:
            return False
        return True


def test_equal_requests_are_answered_from_the_cache(log: Log):
    with pool(log) as session:
        first = session.elaborate(ROOT, A, LIMITS)
        again = session.elaborate(ROOT, A, Limits(seconds=1.0))
        assert (first.cached, again.cached) == (False, True)
        assert (
            again.commands == first.commands
            and again.snapshot == first.snapshot
            and again.lean_seconds == first.lean_seconds
        )
        assert log.count("elab") == 1
        for other in ({"goals": True}, {"limits": Limits(heartbeats=5)}, {"fresh": True}):
            assert not session.elaborate(ROOT, A, **other).cached  # type: ignore[arg-type]
        assert log.count("elab") == 4


def test_answers_outlive_the_pool_in_a_file(tmp_path: Path, log: Log):
    for cached in (False, True):
        session = Pool(program(*log.option), PoolSettings(workers=1), cache=ElaborationCache(tmp_path / "cache.db"))
        with session:
            assert session.info.runtime == "embedded"
            assert session.elaborate(ROOT, A, LIMITS).cached == cached


def test_failures_are_not_cached(log: Log):
    with pool(log) as session:
        for _ in range(2):
            with pytest.raises(LimitHit):
                session.elaborate(ROOT, named("a", "hang"), Limits(seconds=0.01))
        assert log.count("elab") == 2


def test_one_caller_at_a_time_needs_one_worker(log: Log):
    with pool(log, workers=3) as session:
        for number in range(20):
            session.elaborate(ROOT, named(f"t{number}"), LIMITS)
        assert len(log.pids) == 1 and log.count("open") == 1


def test_concurrent_requests_get_workers_of_their_own(tmp_path: Path):
    gates = [Gate(tmp_path, f"gate{number}") for number in range(3)]
    with pool(workers=3) as session:
        futures = [session.submit_elaborate(ROOT, gate.code, LIMITS) for gate in gates]
        for gate in reversed(gates):
            gate.open()
        assert not any(future.result().has_error for future in futures)


def test_a_request_goes_to_the_worker_that_holds_its_snapshot(tmp_path: Path, log: Log):
    snapshots = [ROOT.then(named("x")), ROOT.then(named("y"))]
    gates = [Gate(tmp_path, "one"), Gate(tmp_path, "two")]
    with pool(log, workers=2) as session:
        futures = [
            session.submit_elaborate(*pair, LIMITS) for pair in zip(snapshots, [g.code for g in gates], strict=True)
        ]
        for gate in gates:
            gate.open()
        wait(futures)
        elaborated = log.count("elab")
        for number in range(6):
            assert not session.elaborate(snapshots[number % 2], named(f"t{number}"), LIMITS).has_error
        assert log.count("elab") == elaborated + 6


def test_whoever_asks_again_at_once_finds_the_same_worker_free(tmp_path: Path, log: Log):
    gate = Gate(tmp_path)
    again: list[Future[Elaboration]] = []
    with pool(log, workers=2) as session:
        future = session.submit_elaborate(ROOT, gate.code, LIMITS)
        future.add_done_callback(lambda _: again.append(session.submit_elaborate(ROOT, A, LIMITS)))
        gate.open()
        assert eventually(lambda: again and again[0].done())
        assert len(log.pids) == 1 and log.count("open") == 1


def test_a_request_that_suits_no_worker_is_not_passed_over_for_ever(tmp_path: Path):
    gate = Gate(tmp_path)
    order: list[str] = []
    held, foreign = ROOT.then(named("x")), ROOT.then(named("y")).then(named("z"))
    with pool() as session:
        session.elaborate(held, A, LIMITS)
        blocked = session.submit_elaborate(held, gate.code, LIMITS)
        futures = [session.submit_elaborate(foreign, A, LIMITS)]
        futures += [session.submit_elaborate(held, named(f"t{number}"), LIMITS) for number in range(3 * PASSED_OVER)]
        futures[0].add_done_callback(lambda future: order.append("foreign"))
        for future in futures[1:]:
            future.add_done_callback(lambda future: order.append("held"))
        gate.open()
        wait([blocked, *futures])
    assert order.index("foreign") == PASSED_OVER


def test_an_innocent_request_is_repeated_once_on_a_new_process(tmp_path: Path, log: Log):
    with pool(log) as session:
        tip = session.elaborate(ROOT, A, LIMITS, keep=True).snapshot
        code = f"theorem b : True := by exact a\n#misbehave die-once {tmp_path / 'died'}\n"
        assert not session.elaborate(tip, code, LIMITS).has_error
        assert len(log.pids) == 2


def test_a_worker_that_is_killed_from_outside_is_replaced(tmp_path: Path):
    with pool() as session:
        gate = Gate(tmp_path)
        victim = int(first_text(session.elaborate(ROOT, PID, LIMITS).commands))
        future = session.submit_elaborate(ROOT, gate.code, LIMITS)
        with gate.path.open("wb"):  # it has begun
            os.kill(victim, signal.SIGKILL)
        assert eventually(lambda: gone(victim))
        assert eventually(lambda: future.done() or gate.try_open())
        assert not future.result().has_error


def test_a_request_that_kills_two_workers_is_a_machinery_failure(log: Log):
    with pool(log) as session:
        with pytest.raises(MachineryError, match="dying as told"):
            session.elaborate(ROOT, named("a", "die"), LIMITS)
        assert len(log.pids) == 2
        assert not session.elaborate(ROOT, A, LIMITS).has_error


@pytest.mark.parametrize(("what", "kind"), [("hang-hard", "seconds"), ("eat 10000000", "memory")])
def test_a_request_that_costs_its_worker_a_limit_is_not_repeated(log: Log, what: str, kind: str):
    seconds = 0.3 if kind == "seconds" else PATIENCE
    with pool(log, memory_limit=100 << 20) as session:
        with pytest.raises(LimitHit) as caught:
            session.elaborate(ROOT, named("a", what), Limits(seconds))
        assert caught.value.kind == kind
        assert log.count("elab") == 1
        assert not session.elaborate(ROOT, A, LIMITS).has_error


def test_a_program_that_always_dies_at_its_start_fails_every_request(tmp_path: Path):
    count = tmp_path / "starts"
    with pool(None, "--die-at-first-starts", str(count), "1000", workers=2) as session:
        futures = [session.submit_elaborate(ROOT, named(f"t{number}"), LIMITS) for number in range(5)]
        for future in futures:
            with pytest.raises(MachineryError, match="not yet"):
                future.result()
        assert len(count.read_text()) <= 2 * 2 * 3
        with pytest.raises(MachineryError, match="not yet"):
            session.elaborate(ROOT, A, LIMITS, fresh=True)


def test_a_program_that_starts_in_the_end(tmp_path: Path):
    with pool(None, "--die-at-first-starts", str(tmp_path / "starts"), "2") as session:
        assert not session.elaborate(ROOT, A, LIMITS).has_error


def test_a_program_that_is_not_there():
    with Pool(RuntimeProgram("native", ("/nowhere/lean",)), PoolSettings(workers=1)) as session:
        with pytest.raises(UserError, match="gentzen doctor"):
            session.elaborate(ROOT, A, LIMITS)
        with pytest.raises(UserError, match="gentzen doctor"):
            session.open(A)


def test_a_fresh_process_does_one_thing_and_its_export_elaborates_nothing_again(log: Log):
    with pool(log, workers=2) as session:
        used = int(first_text(session.elaborate(ROOT, PID, LIMITS).commands))
        before = log.count("elab")
        result = session.elaborate(ROOT.then(A), PID.replace("theorem a", "theorem b"), LIMITS, fresh=True)
        document = session.export(result.snapshot, LIMITS, fresh=True)
        assert [name[1] for name in document["names"][1:]] == ["a", "b"]
        fresh = int(first_text(result.commands))
        assert fresh != used
        assert [op for pid, op in log.entries if pid == fresh] == ["open", "elab", "elab", "export"]
        assert log.count("elab") == before + 2
        assert eventually(lambda: gone(fresh))
        again = session.elaborate(ROOT, PID, LIMITS, fresh=True)
        assert int(first_text(again.commands)) not in {used, fresh}


def test_a_fresh_export_alone_elaborates_in_its_own_process(log: Log):
    with pool(log) as session:
        tip = session.elaborate(ROOT, A, LIMITS, keep=True).snapshot
        assert session.export(tip, LIMITS) == session.export(tip, LIMITS, fresh=True)
        assert len(log.pids) == 2 and log.count("elab") == 2


def test_a_fresh_elaboration_in_error_is_not_exported(log: Log):
    with pool(log) as session:
        assert session.elaborate(ROOT, "theorem b : True := by exact a", LIMITS, fresh=True).has_error
        session.elaborate(ROOT, A, LIMITS)
        assert log.count("export") == 0


def test_a_fresh_request_that_dies_is_repeated_on_another_fresh_process(tmp_path: Path, log: Log):
    with pool(log) as session:
        result = session.elaborate(ROOT, named("a", f"die-once {tmp_path / 'died'}"), LIMITS, fresh=True)
        assert not result.has_error and len(log.pids) == 2


def test_the_auditor_is_a_process_of_its_own(log: Log):
    with pool(log) as session:
        result = session.elaborate(ROOT, A, LIMITS, fresh=True)
        document = session.export(result.snapshot, LIMITS, fresh=True)
        assert session.replay(ROOT.header, document, LIMITS).accepted
        document["exprs"][1] = ["t", "forged"]
        refused = session.replay(ROOT.header, document, LIMITS)
        assert (refused.accepted, refused.constant) == (False, "a")
        (auditor,) = {pid for pid, op in log.entries if op == "replay"}
        assert [op for pid, op in log.entries if pid == auditor] == ["open", "replay", "replay"]


def test_cancel_ends_running_and_queued_requests(tmp_path: Path):
    with pool() as session:
        running = session.submit_elaborate(ROOT, named("a", f"hang {tmp_path / 'running'}"), LIMITS)
        queued = session.submit_elaborate(ROOT, named("b"), LIMITS)
        withdrawn = session.submit_elaborate(ROOT, named("c"), LIMITS)
        assert withdrawn.cancel()
        session.cancel(queued)
        with pytest.raises(LimitHit, match="cancelled"):
            queued.result(timeout=0)
        assert eventually((tmp_path / "running").exists)
        session.cancel(running)
        with pytest.raises(LimitHit, match="cancelled"):
            running.result()
        with pytest.raises(CancelledError):
            withdrawn.result()
        session.cancel(running)
        assert not session.elaborate(ROOT, A, LIMITS).has_error


def test_close_ends_everything(tmp_path: Path):
    session = pool(workers=2)
    session.replay(ROOT.header, {"constants": [], "exprs": [], "names": [None]}, LIMITS)
    futures = [session.submit_elaborate(ROOT, named("a", f"hang-hard {tmp_path / str(n)}"), LIMITS) for n in range(2)]
    futures += [session.submit_elaborate(ROOT, named(f"t{number}"), LIMITS) for number in range(10)]
    futures.append(session.submit_elaborate(ROOT, A, LIMITS, fresh=True))
    assert eventually(lambda: (tmp_path / "0").exists() and (tmp_path / "1").exists())
    session.close()
    for future in futures:
        with pytest.raises(LimitHit, match="cancelled"):
            future.result(timeout=0)
    assert eventually(lambda: not children())
    session.close()
    with pytest.raises(RequestError, match="closed"):
        session.elaborate(ROOT, named("new"), LIMITS)


def test_close_while_a_worker_starts():
    session = pool(None, "--silent")
    future = session.submit_elaborate(ROOT, A, LIMITS)
    assert eventually(children)
    session.close()
    with pytest.raises(LimitHit, match="cancelled"):
        future.result(timeout=0)
    assert eventually(lambda: not children())


def test_ctrl_c_in_the_caller_leaves_no_process():
    script = (
        "import sys, stand_in\n"
        "from lean_project.model import *; from lean_project.pool import Pool; from lean_project.runtime import *\n"
        "pool = Pool(stand_in.program(), PoolSettings(workers=1))\n"
        "said = pool.elaborate(Snapshot(''), 'theorem a : True := by trivial\\n#misbehave pid')\n"
        "print(stand_in.first_text(said.commands), flush=True)\n"
        "pool.elaborate(Snapshot(''), 'theorem a : True := by trivial\\n#misbehave hang-hard')\n"
    )
    support = str(Path(__file__).parents[1] / "support")
    with subprocess.Popen(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": support},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as caller:
        assert caller.stdout is not None and caller.stderr is not None
        worker = int(caller.stdout.readline())
        caller.send_signal(signal.SIGINT)
        said = caller.stderr.read()
    assert "KeyboardInterrupt" in said
    assert eventually(lambda: gone(worker))


def test_workers_are_replaced_after_so_many_requests():
    with pool(recycle_requests=3) as session:
        seen = [first_text(session.elaborate(ROOT, f"{PID}-- {number}", LIMITS).commands) for number in range(6)]
    assert len(set(seen)) == 3 and seen == sorted(seen, key=seen.index)


def test_workers_are_replaced_when_they_have_grown():
    with pool(recycle_rss=1) as session:
        seen = {first_text(session.elaborate(ROOT, f"{PID}-- {number}", LIMITS).commands) for number in range(2)}
    assert len(seen) == 2


def test_a_file_is_opened_once(log: Log):
    with pool(log) as session:
        assert session.open("import Init\n" + A) == session.open("import Init\n" + A)
        assert session.open("import Missing\n").snapshot is None
        assert log.count("open") == 2


def test_how_many_workers(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("GENTZEN_WORKERS", raising=False)
    assert worker_count(program(memory=1 << 60), PoolSettings()) == 1
    assert 1 <= worker_count(program(memory=1), PoolSettings()) <= (os.cpu_count() or 1)
    monkeypatch.setenv("GENTZEN_WORKERS", "7")
    assert worker_count(program(memory=1 << 60), PoolSettings()) == 7
    assert worker_count(program(), PoolSettings(workers=3)) == 3
    assert available_memory() > 0
    with pytest.raises(UserError, match="workers is 0"):
        PoolSettings(workers=0)


@pytest.mark.parametrize("seed", range(3))
def test_under_a_random_storm_no_answer_is_lost_doubled_or_another_s(seed: int, tmp_path: Path):
    dice = random.Random(seed)
    answers: dict[int, int] = {}
    lock = threading.Lock()

    def done(number: int) -> None:
        with lock:
            answers[number] = answers.get(number, 0) + 1

    tips = [ROOT, ROOT.then(named("x")), ROOT.then(named("x")).then(named("y")), ROOT.then(named("z"))]
    futures: dict[int, tuple[str, Future[Elaboration]]] = {}
    with pool(workers=3, recycle_requests=25) as session:

        def ask(numbers: range) -> None:
            for number in numbers:
                what = dice.choices(
                    ["", "die-once", "die", "garbage", "cancel", "withdraw", "wrong-id"], [60, 6, 1, 6, 6, 6, 1]
                )[0]
                fault = f"die-once {tmp_path / str(number)}" if what == "die-once" else what
                code = named(f"t{number}", "" if what in ("cancel", "withdraw") else fault)
                future = session.submit_elaborate(dice.choice(tips), code, LIMITS, keep=dice.random() < 0.2)
                future.add_done_callback(lambda _, number=number: done(number))
                futures[number] = (what, future)
                if what == "cancel":
                    session.cancel(future)
                elif what == "withdraw":
                    future.cancel()

        threads = [threading.Thread(target=ask, args=(range(first, first + 60),)) for first in (0, 60, 120)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not wait([future for _, future in futures.values()], timeout=4 * PATIENCE).not_done
    for number, (what, future) in futures.items():
        if future.cancelled():
            assert what == "withdraw"
            continue
        error = future.exception()
        if error is None:
            assert what not in ("die", "wrong-id")
            assert future.result().commands[0].declarations == (f"t{number}",)
        else:
            assert isinstance(error, LimitHit if what == "cancel" else MachineryError), (what, error)
            assert what in ("cancel", "die", "wrong-id")
    assert answers == dict.fromkeys(range(180), 1)
    assert eventually(lambda: not children())


def test_evaluations_are_answered_from_the_cache_and_failures_are_not(log: Log):
    code = "def n : Nat := 2 + 3\n"
    with pool(log) as session:
        first, second = session.evaluate(ROOT, code, "n"), session.evaluate(ROOT, code, "n", Limits(seconds=1.0))
        assert (first.value, first.cached, second.value, second.cached) == (5, False, 5, True)
        for _ in range(2):
            with pytest.raises(RequestError, match="no definition m"):
                session.evaluate(ROOT, code, "m")
    assert log.count("eval") == 3


def test_an_evaluation_that_kills_its_worker_is_tried_once_more(tmp_path: Path, log: Log):
    with pool(log) as session:
        code = f"def n : Nat := 1\n#misbehave die-once {tmp_path / 'died'}\n"
        assert session.evaluate(ROOT, code, "n", LIMITS).value == 1
    assert log.count("eval") == 2
