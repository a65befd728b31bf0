"""What goes wrong around Lean: workers that die, a run that is killed or interrupted, a disk that is full."""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from typing import Any

import psutil
import pytest
from command import PATIENCE, Done, Gentzen, Running, eventually, home_over, with_small_files
from hostile import ENDLESS, PATIENT, assert_answers_rightly, root

from lean_project.errors import LimitHit, MachineryError
from lean_project.model import Elaboration, Limits
from lean_project.pool import Pool
from lean_project.runtime import PoolSettings, RuntimeProgram
from lean_project.worker import Worker

pytestmark = pytest.mark.lean

LONG = "theorem long : (List.range 10000).length + here = 10007 := by decide +kernel"
"""Seconds of work in the kernel, where `here` is 7."""

SPECS = {
    "A.lean": """\
def twice (n : Nat) : Nat := n + n

theorem twice_eq (n : Nat) : twice n = 2 * n := by
  sorry

theorem twice_mono (a b : Nat) (h : a ≤ b) : twice a ≤ twice b := by
  sorry

opaque secret : Nat

theorem unknown : secret = 7 := by
  sorry
""",
    "B.lean": """\
theorem swap (p q : Prop) (h : p ∧ q) : q ∧ p := by
  sorry

theorem bounds (a b c : Nat) (h : a < b) (k : b < c) : a + 1 < c := by
  sorry
""",
    "C.lean": """\
example (p q r : Prop) : (p ∨ q) ∨ r ↔ p ∨ (q ∨ r) := by
  sorry

theorem reversed (a b : List Nat) : (a ++ b).reverse = b.reverse ++ a.reverse := by
  sorry
""",
}
HINTS = "SELECT target_key, run_id FROM attempts WHERE outcome = 'proved_hint'"
_WHY_OPEN = re.compile(r"/- gentzen: .*? -/", re.DOTALL)
PROOFS = "SELECT target_key, proof FROM proofs ORDER BY id"
ON_PROVED = "SELECT key FROM attempts WHERE target_key IN (SELECT target_key FROM proofs) ORDER BY id"


# ---- Workers ---------------------------------------------------------------------------------------------------------


def workers() -> list[psutil.Process]:
    """The workers of this process that live."""
    found = []
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.Error):  # it has just ended
            if "driver.mjs" in " ".join(child.cmdline()):
                found.append(child)
    return found


def busy(process: psutil.Process) -> float:
    """Seconds of processor time that it has used."""
    times = process.cpu_times()
    return float(times.user + times.system)


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> Queue[psutil.Process]:
    """The processes that elaborations are put to, in the order in which they begin: each is past its start then."""
    found: Queue[psutil.Process] = Queue()
    elaborate = Worker.elaborate

    def noted(worker: Worker, *values: Any, **options: Any) -> Elaboration:
        found.put(psutil.Process(worker.pid))
        return elaborate(worker, *values, **options)

    monkeypatch.setattr(Worker, "elaborate", noted)
    return found


def caught_at_work(begun: Queue[psutil.Process]) -> psutil.Process:
    """The process that the next elaboration is put to, once it has worked on it for a while."""
    worker = begun.get(timeout=PATIENCE)
    start = busy(worker)
    eventually(lambda: busy(worker) > start + 0.3, "a worker at work")
    return worker


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSEGV], ids=lambda how: how.name)
def test_a_worker_that_dies_costs_no_answer(
    embedded_program: RuntimeProgram, begun: Queue[psutil.Process], how: signal.Signals
) -> None:
    """The innocent request is put to a new worker, once; what waits behind it does not notice."""
    before = {process.pid for process in workers()}
    with Pool(embedded_program, PoolSettings(workers=1)) as pool:
        base = pool.elaborate(root(pool), "def here : Nat := 7\n", PATIENT).snapshot
        first = begun.get(timeout=PATIENCE)
        future = pool.submit_elaborate(base, LONG, PATIENT)
        behind = pool.submit_elaborate(base, "theorem behind : here = 7 := rfl", PATIENT)
        worker = caught_at_work(begun)
        assert not future.done(), "the request is too short for this machine"
        worker.send_signal(how)
        answer = future.result()
        assert not answer.has_error and answer.commands[0].declarations == ("long",)
        assert not behind.result().has_error
        assert worker == first and worker.pid not in {process.pid for process in workers()}
        second = [begun.get(timeout=PATIENCE) for _ in range(2)]
        assert second[0] == second[1] != worker and begun.empty(), "asked once more, and no more than that"
        assert_answers_rightly(pool, base)
    assert {process.pid for process in workers()} == before


def test_a_request_whose_workers_die_each_time_is_given_up(
    embedded_program: RuntimeProgram, begun: Queue[psutil.Process]
) -> None:
    with Pool(embedded_program, PoolSettings(workers=1)) as pool:
        start = root(pool)
        future = pool.submit_elaborate(start, ENDLESS, PATIENT)
        killed = set()
        for _ in range(2):
            worker = caught_at_work(begun)
            worker.kill()
            killed.add(worker)
        eventually(lambda: future.done() or not begun.empty(), "the end of it")
        assert begun.empty() and len(killed) == 2
        assert isinstance(future.exception(), MachineryError)
        assert_answers_rightly(pool, start)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="another process's pipe can be opened on Linux only")
def test_garbage_on_the_pipe_is_noise(embedded_program: RuntimeProgram, begun: Queue[psutil.Process]) -> None:
    """Bytes that somebody else writes into a worker's output, half a line before its answer among them."""
    chance = random.Random(20261121)
    with Pool(embedded_program, PoolSettings(workers=1)) as pool:
        base = pool.elaborate(root(pool), "def here : Nat := 7\n", PATIENT).snapshot
        worker = begun.get(timeout=PATIENCE)
        future = pool.submit_elaborate(base, LONG, PATIENT)
        pipe = os.open(f"/proc/{worker.pid}/fd/1", os.O_WRONLY)
        try:
            for _ in range(40):
                os.write(pipe, chance.randbytes(4096) + b'\n{"id": 2, "ok": true}\n')
            os.write(pipe, b"half a line, ")
        finally:
            os.close(pipe)
        assert not future.done(), "the request is too short for this machine"
        assert not future.result().has_error
        assert_answers_rightly(pool, base)
        assert {process.pid for process in workers()} >= {worker.pid}, "nothing had to be replaced"


def test_a_worker_that_stands_still_is_a_limit(embedded_program: RuntimeProgram) -> None:
    before = {process.pid for process in workers()}
    with Pool(embedded_program, PoolSettings(workers=1, grace_seconds=1.0)) as pool:
        start = root(pool)
        (worker,) = (each for each in workers() if each.pid not in before)
        worker.suspend()
        with pytest.raises(LimitHit) as caught:
            pool.elaborate(start, "theorem one : 1 = 1 := rfl", Limits(seconds=1.0))
        assert caught.value.kind == "seconds"
        assert_answers_rightly(pool, start)


# ---- A run that is killed --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """A folder of specs, where its output goes, and the command with a home of its own."""

    specs: Path
    out: Path
    gentzen: Gentzen

    @property
    def words(self) -> tuple[str | Path, ...]:
        return ("prove", self.specs, "--out", self.out, "--json", "--workers", "1")

    def outputs(self) -> dict[str, str]:
        """What is written, by name; why something is open, which counts the run's own attempts, is left out."""
        files = (path for path in self.out.glob("*") if not path.name.startswith("."))
        return {path.name: _WHY_OPEN.sub("", path.read_text()) for path in files}


def place(folder: Path, specs: dict[str, str] = SPECS) -> Place:
    (folder / "specs").mkdir(parents=True)
    for name, text in specs.items():
        (folder / "specs" / name).write_text(text)
    return Place(folder / "specs", folder / "out", Gentzen(home_over(folder / "home")))


def statuses(done: Done) -> dict[str, str]:
    """By target. Whether a search ends or is cut off depends on how fast the machine is: both are "open" here."""
    reports = [json.loads(line) for line in done.out.splitlines()]
    found = {f"{Path(r['file']).name}:{t['name']}": t["status"] for r in reports for t in r["targets"]}
    return {name: status.replace("limit", "open") for name, status in found.items()}


ENDS = {
    "A.lean:twice_eq": "proved",
    "A.lean:twice_mono": "proved",
    "A.lean:unknown": "open",
    "B.lean:swap": "proved",
    "B.lean:bounds": "proved",
    "C.lean:example@1": "proved",
    "C.lean:reversed": "proved",
}
"""What comes of `SPECS`, disturbed or not."""


def at_once(_before: Any, _run: Running, _gentzen: Gentzen) -> bool:
    return True


def as_lean_starts(_before: Any, run: Running, _gentzen: Gentzen) -> bool:
    return bool(run.seen)


def after(table: str, more: int) -> Callable[[dict[str, int], Running, Gentzen], bool]:
    return lambda before, _run, gentzen: gentzen.count(table) >= before[table] + more


Moment = Callable[[dict[str, int], Running, Gentzen], bool]


def random_moments(seed: int, number: int) -> list[Moment]:
    chance = random.Random(seed)
    return [
        chance.choice((after("attempts", chance.randint(1, 9)), after("proofs", 1), as_lean_starts))
        for _ in range(number)
    ]


def kill_and_resume(where: Place, moments: Sequence[Moment]) -> None:
    """Kill the run at each moment and go on; then let it end. Nothing may be lost, repeated, or half done."""
    gentzen = where.gentzen
    written: list[dict[str, str]] = []
    kills = 0
    for moment in moments:
        before = {table: gentzen.count(table) for table in ("attempts", "proofs")}
        with gentzen.running(*where.words, "--resume") as run:
            alive = run.until(lambda: moment(before, run, gentzen), f"the moment to kill it, with {before} before")  # noqa: B023
            acknowledged = gentzen.rows(PROOFS)
            run.signal(signal.SIGKILL)
        assert gentzen.rows(PROOFS)[: len(acknowledged)] == acknowledged
        written.append(where.outputs())
        if not alive:
            break
        kills += 1
    assert kills >= min(3, len(moments)), "too fast to be killed"
    done = gentzen(*where.words, "--resume")
    assert (done.code, statuses(done)) == (1, ENDS), done.err
    complete = where.outputs()
    assert set(complete) == {"A.proved.lean", "B.proved.lean", "C.proved.lean"}
    for outputs in written:
        assert outputs == {name: complete[name] for name in outputs}, "half a file, or another one"
    rows = gentzen.count("proofs"), gentzen.rows(ON_PROVED)
    again = gentzen(*where.words, "--resume")
    assert statuses(again) == ENDS and where.outputs() == complete
    assert (gentzen.count("proofs"), gentzen.rows(ON_PROVED)) == rows, "what is proved is left alone"
    proved = [key for key, _ in gentzen.rows(PROOFS)]
    assert len(proved) == len(set(proved)) == 6, "each proof is recorded once"
    hints = dict(gentzen.rows(HINTS))
    assert {key: run_id for key, run_id in gentzen.rows(HINTS) if hints[key] != run_id} == {}, "found again"
    tried = [key for (key,) in gentzen.rows("SELECT key FROM attempts")]
    assert len(tried) == len(set(tried)), "tried twice"


def test_kill_and_resume(tmp_path: Path, embedded_program: RuntimeProgram) -> None:
    """Killed before it does anything, in the search, and after a proof was saved."""
    kill_and_resume(place(tmp_path / "killed"), [at_once, after("attempts", 3), after("proofs", 1)])


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(5))
def test_kill_at_random_moments_and_resume(tmp_path: Path, embedded_program: RuntimeProgram, seed: int) -> None:
    """In the end as if nothing had been."""
    undisturbed, killed = place(tmp_path / "undisturbed"), place(tmp_path / "killed")
    done = undisturbed.gentzen(*undisturbed.words)
    assert (done.code, statuses(done)) == (1, ENDS), done.err
    kill_and_resume(killed, random_moments(seed, 8))
    assert killed.outputs() == undisturbed.outputs()


# ---- A run that is interrupted ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "moment"),
    [(signal.SIGINT, as_lean_starts), (signal.SIGINT, after("attempts", 2)), (signal.SIGTERM, after("proofs", 1))],
    ids=["Ctrl-C as Lean starts", "Ctrl-C in the search", "SIGTERM after a proof"],
)
def test_interrupt_and_resume(
    tmp_path: Path, embedded_program: RuntimeProgram, number: signal.Signals, moment: Moment
) -> None:
    where = place(tmp_path / "interrupted")
    gentzen = where.gentzen
    with gentzen.running(*where.words) as run:
        nothing = {"attempts": 0, "proofs": 0}
        assert run.until(lambda: moment(nothing, run, gentzen), "the moment to interrupt it")
        done = run.signal(number)
    assert done.code == 130, done.err
    assert done.err.startswith("Interrupted. ") and done.err.rstrip().endswith("--resume")
    assert "Traceback" not in done.err
    reports = [json.loads(line) for line in done.out.splitlines()]
    assert [report["interrupted"] for report in reports[:-1]] == [False] * len(reports[:-1])
    for report in reports:  # it may have come between two files
        assert (report["output"] is None) == report["interrupted"]
        assert {target["status"] for target in report["targets"]} <= {"proved", "open"}
    written = where.outputs()
    assert [path.name for path in where.out.glob(".*")] == []
    assert gentzen.rows("SELECT exit_code FROM run_ends") == [(130,)]
    resumed = gentzen(*where.words, "--resume")
    assert (resumed.code, statuses(resumed)) == (1, ENDS)
    assert written == {name: where.outputs()[name] for name in written}
    assert len({key for key, _ in gentzen.rows(PROOFS)}) == len(gentzen.rows(PROOFS)) == 6


# ---- A full disk -----------------------------------------------------------------------------------------------------

ONE = {"One.lean": "theorem one (a b : Nat) (h : a < b) : a + 1 ≤ b := by\n  sorry\n"}
SEVERAL = {f"{name}.lean": ONE["One.lean"].replace("one", name.lower()) for name in ("One", "Two", "Three")}


@pytest.mark.parametrize("room", [0, 60_000, pytest.param(120_000, marks=pytest.mark.slow)])
def test_no_room_for_the_ledger(tmp_path: Path, embedded_program: RuntimeProgram, room: int) -> None:
    """Said once, however many files there are; whatever is there is whole, and with room again it goes on."""
    where = place(tmp_path / "full", SEVERAL)
    done = where.gentzen(*where.words, setup=with_small_files(room))
    assert done.code == 2
    assert done.err.count("\n") == 1 and done.err.startswith(f"gentzen: The ledger {where.gentzen.home}/ledger.db ")
    assert "free space" in done.err
    assert [path.name for path in where.out.glob(".*")] == []
    for name, text in where.outputs().items():
        assert text.count("theorem") == 1 and name.endswith(".proved.lean")
    mended = where.gentzen(*where.words, "--resume")
    assert (mended.code, set(statuses(mended).values())) == (0, {"proved"}), mended.err
    assert len(where.gentzen.rows(PROOFS)) == len(SEVERAL)


def test_no_room_for_the_output(tmp_path: Path, embedded_program: RuntimeProgram) -> None:
    filling = "".join(f"-- {number} {'.' * 90}\n" for number in range(9_000))
    where = place(tmp_path / "full", {"One.lean": ONE["One.lean"] + filling})
    where.out.mkdir()
    (where.out / "One.proved.lean").write_text("of an earlier run\n")
    done = where.gentzen(*where.words, setup=with_small_files(800_000))
    assert done.code == 2 and "Traceback" not in done.err
    assert done.err.startswith(f"gentzen: The output {where.out / 'One.proved.lean'} cannot be written: ")
    assert "--resume" in done.err and done.err.count("\n") == 1
    assert where.outputs() == {"One.proved.lean": "of an earlier run\n"}
    assert [path.name for path in where.out.iterdir()] == ["One.proved.lean"]
    attempts = where.gentzen.count("attempts")
    mended = where.gentzen(*where.words, "--resume")
    assert (mended.code, statuses(mended)) == (0, {"One.lean:one": "proved"}), mended.err
    assert where.gentzen.count("attempts") == attempts, "what was proved was saved"
    assert where.outputs()["One.proved.lean"].endswith(filling)


def test_no_room_for_what_is_printed(tmp_path: Path, embedded_program: RuntimeProgram) -> None:
    where = place(tmp_path / "full", ONE)
    with Path("/dev/full").open("w") as full:
        done = where.gentzen(*where.words, stdout=full)
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert done.err.startswith("gentzen: The disk is full") and "stdout" in done.err
    assert list(where.outputs()) == ["One.proved.lean"]
