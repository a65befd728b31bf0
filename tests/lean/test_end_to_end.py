"""The command as a user runs it, with real Lean: exit codes, output, kill -9 and --resume, limits, what remains."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from lean_project.errors import LimitHit
from lean_project.model import Limits
from lean_project.pool import Pool
from lean_project.runtime import MEBIBYTE, PoolSettings, RuntimeProgram

pytestmark = pytest.mark.lean

SPEC = """\
def double : Nat → Nat
  | 0 => 0
  | n + 1 => double n + 2

theorem double_eq (n : Nat) : double n = 2 * n := by
  sorry

theorem two (a b : Nat) (h : a < b) : a + 1 ≤ b := by sorry

theorem both (p q : Prop) (hp : p) (hq : q) : q ∧ p := sorry
"""
FOUND = "outcome = 'proved_hint'"
FALSE = "\ntheorem wrong : (1 : Nat) = 2 := by sorry\n"
HANG = "theorem hang : (List.replicate 100000000 1).length = 100000000 := by decide +kernel"
DEEP = (
    'macro "deep" : tactic => `(tactic| skip)\nmacro_rules | `(tactic| deep) => `(tactic| (skip; deep))\n'
    "set_option maxRecDepth 100000000\nset_option maxHeartbeats 0\ntheorem deep : True := by deep"
)
MEMORY = (
    "set_option maxHeartbeats 0\nset_option maxRecDepth 1000000\n"
    "theorem memory : (List.range 200000).foldl (fun n k => n * 2 + k) 1 % 7 = 9 := by decide +kernel"
)


@pytest.fixture
def home(tmp_path: Path, embedded_program: RuntimeProgram) -> Path:
    """A home of its own (ledger, caches), with the installed runtime linked into it."""
    home = tmp_path / "home"
    installed = Path(embedded_program.argv[-1]).parent
    (home / "embedded").mkdir(parents=True)
    (home / "embedded" / installed.name).symlink_to(installed)
    return home


def gentzen(home: Path, *arguments: str | Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "prover.cli", *map(str, arguments)],
        env={**os.environ, "GENTZEN_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def run(home: Path, *arguments: str | Path) -> tuple[int, str, str]:
    process = gentzen(home, *arguments)
    out, err = process.communicate(timeout=280)
    return process.returncode, out, err


def test_prove_then_check(tmp_path: Path, home: Path) -> None:
    spec = tmp_path / "Spec.lean"
    spec.write_text(SPEC, encoding="utf-8")
    before = hashlib.sha256(spec.read_bytes()).hexdigest()
    code, out, err = run(home, "prove", spec, "--json", "--workers", "1", "--out", tmp_path / "out")
    assert code == 0, err
    report = json.loads(out)
    assert [target["status"] for target in report["targets"]] == ["proved"] * 3
    assert report["level"] == "L1" and report["runtime"] == "embedded"
    assert hashlib.sha256(spec.read_bytes()).hexdigest() == before
    proved = Path(report["output"])
    assert "sorry" not in proved.read_text(encoding="utf-8")
    code, out, err = run(home, "check", proved, "--against", spec)
    assert code == 0, out + err
    proved.write_text(proved.read_text(encoding="utf-8").replace("double n + 2", "double n + 2 + 0"), encoding="utf-8")
    code, out, err = run(home, "check", proved, "--against", spec)
    assert code == 1 and "STATEMENT_CHANGED" in out


def test_what_is_false_stays_open(tmp_path: Path, home: Path) -> None:
    spec = tmp_path / "Spec.lean"
    spec.write_text("theorem fine : 1 + 1 = 2 := by sorry\n" + FALSE, encoding="utf-8")
    code, out, _ = run(home, "prove", spec, "--workers", "1", "--timeout", "5")
    assert code == 1 and "⊢ 1 = 2" in out
    assert "sorry /- gentzen: open" in (tmp_path / "Spec.proved.lean").read_text(encoding="utf-8")


def test_lean_s_own_messages_for_a_file_with_errors(tmp_path: Path, home: Path) -> None:
    spec = tmp_path / "Broken.lean"
    spec.write_text("theorem a : 1 = 1 := by sorry\ntheorem b : Nat = := by sorry\n", encoding="utf-8")
    code, out, err = run(home, "prove", spec, "--workers", "1")
    assert code == 2 and out == "" and "Broken.lean:2:17: error:" in err and "Traceback" not in err
    assert list(tmp_path.glob("*.proved.lean")) == []


def _descendants(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def test_kill_and_resume_lose_nothing_and_leave_nothing(tmp_path: Path, home: Path) -> None:
    folder = tmp_path / "specs"
    folder.mkdir()
    for name in ("A", "B"):
        (folder / f"{name}.lean").write_text(f"namespace {name}\n\n{SPEC}\nend {name}\n", encoding="utf-8")
    chance = random.Random(7)
    arguments = ("prove", folder, "--json", "--workers", "1", "--out", tmp_path / "out", "--resume")
    proved_before: set[str] = set()
    for _ in range(4):
        process = gentzen(home, *arguments)
        started = psutil.Process(process.pid)
        family: list[psutil.Process] = []
        until = time.monotonic() + chance.uniform(1.0, 9.0)
        while time.monotonic() < until and process.poll() is None:
            family = _descendants(started) or family
            time.sleep(0.02)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
        _, alive = psutil.wait_procs(family, timeout=30)
        assert not [each for each in alive if each.status() != psutil.STATUS_ZOMBIE]
        for output in (tmp_path / "out").rglob("*.proved.lean"):
            assert output.read_text(encoding="utf-8").rstrip().endswith(("end A", "end B"))
        if (home / "ledger.db").exists():
            hints = set(_rows(home, "attempts", FOUND))
            assert proved_before <= hints
            proved_before = hints
    code, out, err = run(home, *arguments)
    assert code == 0, err
    reports = [json.loads(line) for line in out.splitlines()]
    assert [t["status"] for report in reports for t in report["targets"]] == ["proved"] * 6
    for keys in (_rows(home, "attempts", FOUND), _rows(home, "proofs")):
        assert len(keys) == len(set(keys)) == 6, "lost, or proved twice"
    code, out, _ = run(home, *arguments)
    assert code == 0
    again = [json.loads(line) for line in out.splitlines()]
    assert sum(t["lean_calls"] for report in again for t in report["targets"]) == 0


def _rows(home: Path, table: str, where: str = "1") -> list[str]:
    with sqlite3.connect(home / "ledger.db") as connection:
        return [key for (key,) in connection.execute(f"SELECT target_key FROM {table} WHERE {where}")]


class TestLimits:
    """A worker that is driven over a limit says which, and the next answer is right."""

    @pytest.fixture
    def pool(self, embedded_program: RuntimeProgram):  # type: ignore[no-untyped-def]
        with Pool(embedded_program, PoolSettings(workers=1, memory_limit=1300 * MEBIBYTE, grace_seconds=2)) as pool:
            yield pool

    @pytest.mark.parametrize(
        ("code", "kinds"),
        [(HANG, {"seconds", "memory"}), (DEEP, {"stack", "seconds", "memory"}), (MEMORY, {"memory", "seconds"})],
    )
    def test_limit_then_right_answers(self, pool: Pool, code: str, kinds: set[str]) -> None:
        root = pool.open("").snapshot
        assert root is not None
        try:
            assert pool.elaborate(root, code, Limits(seconds=8)).has_error
        except LimitHit as hit:
            assert hit.kind in kinds
        assert not pool.elaborate(root, "theorem t : 2 + 2 = 4 := by decide").has_error
        assert pool.elaborate(root, "theorem f : 2 + 2 = 5 := by decide").has_error

    def test_a_killed_worker_is_replaced(self, pool: Pool) -> None:
        root = pool.open("").snapshot
        assert root is not None
        future = pool.submit_elaborate(root, HANG.replace("100000000", "1000000"), Limits(seconds=60))
        killed = False
        until = time.monotonic() + 60
        while not killed and time.monotonic() < until and not future.done():
            for child in psutil.Process().children(recursive=True):
                if "driver.mjs" in " ".join(child.cmdline()):
                    child.kill()
                    killed = True
        assert killed
        assert not pool.elaborate(root, "theorem t : 2 + 2 = 4 := by decide").has_error

    def test_heartbeats_are_deterministic(self, pool: Pool) -> None:
        root = pool.open("").snapshot
        assert root is not None
        hard = "theorem h (a b c : Nat) : (a + b + c) ^ 6 % 7 = (c + b + a) ^ 6 % 7 := by grind"
        told = []
        for n in (1, 2):
            result = pool.elaborate(root, f"{hard}\n-- {n}", Limits(seconds=60, heartbeats=500))
            told.append([(m.severity, m.kind) for m in result.messages])
        assert told[0] == told[1]

    def test_output_that_looks_like_protocol_is_noise(self, pool: Pool) -> None:
        root = pool.open("").snapshot
        assert root is not None
        forged = '#eval IO.println "x {\\"id\\": 1, \\"ok\\": true}"\n#eval IO.eprintln "half a line"\n'
        pool.elaborate(root, forged)
        assert pool.elaborate(root, "theorem f : 2 + 2 = 5 := by decide").has_error
