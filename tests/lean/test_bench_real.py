"""A bench with real Lean: statements told apart, proofs that can be checked again, a killed run that comes out even."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from bench_support import options

from lean_project.errors import MachineryError
from lean_project.pool import Pool
from prover import cli_check
from prover.bench import charts, metrics, tables
from prover.bench.command import run_bench
from prover.bench.lean_solver import LeanSolver
from prover.bench.records import Gate, read
from prover.bench.settings import BenchSettings
from prover.policy.answers import Answer
from prover.policy.requests import Request
from prover.policy.scripted import Script, ScriptedPolicy
from prover.settings import RuntimeChoice

pytestmark = pytest.mark.lean

ROOT = Path(__file__).resolve().parents[2]
FILES = {
    "easy/Pair.lean": """def twice (n : Nat) : Nat := n + n

theorem twice_le (n : Nat) : n ≤ twice n := by sorry

theorem twice_twice (n : Nat) : twice (twice n) = 4 * n := by
  sorry
""",
    "easy/False.lean": "theorem too_good (n m : Nat) : n - m + m = n := by sorry\n",
    "easy/Vacuous.lean": "theorem nothing (n : Nat) (h : n < 0) : n = 7 := by sorry\n",
    "easy/Inside.lean": """def raised (xs : List Nat) : List Nat := xs.map (· + 1)

theorem raised_get (xs : List Nat) (i : Nat) (h : i < xs.length) :
    (raised xs)[i]'(by grind [raised]) = xs[i] + 1 := by sorry
""",
    "odd/Mathlib.lean": "import Mathlib\n\ntheorem real (x : ℝ) : x = x := by sorry\n",
    "odd/Wrong.lean": "theorem wrong : Nat.no_such_name 1 = 1 := by sorry\n",
    "odd/Program.lean": "def f (n : Nat) : Nat := sorry\n\ntheorem f_pos (n : Nat) : 0 < f n := by sorry\n",
    "odd/Done.lean": "theorem done : 1 = 1 := rfl\n",
}


def write(folder: Path) -> Path:
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


class Borrowed(LeanSolver):
    """Leaves the tests' pool open."""

    def close(self) -> None: ...


def table(folder: Path) -> str:
    return "\n\n".join(each.markdown() for each in tables.counted_tables(metrics.load(folder)))


def test_every_class_of_problem_and_proofs_that_can_be_checked_again(embedded: Pool, tmp_path: Path) -> None:
    data, out = write(tmp_path / "data"), tmp_path / "out"
    settings = BenchSettings(calls=15)
    chosen = options(data, out, settings=settings, workers=1)
    assert run_bench(chosen, lambda _options: Borrowed(embedded, settings)) == 0
    tasks = {task.entry.id + (f" {task.name}" if task.name else ""): task for task in metrics.load(out).tasks}
    assert {name: task.outcome for name, task in tasks.items()} == {
        "easy/Pair twice_le": "proved",
        "easy/Pair twice_twice": "proved",
        "easy/False too_good": "disproved",
        "easy/Vacuous nothing": "proved",
        "easy/Inside raised_get": "proved",
        "odd/Mathlib": "not statable",
        "odd/Wrong": "not statable",
        "odd/Program": "not statable",
        "odd/Done": "not statable",
    }
    causes = {name: str(t.statement.cause) for name, t in tasks.items() if t.statement and t.statement.cause}
    assert causes == {
        "odd/Mathlib": "imports",
        "odd/Wrong": "error",
        "odd/Program": "program",
        "odd/Done": "no target",
    }
    assert tasks["odd/Mathlib"].reason == "needs Mathlib" and "f" in tasks["odd/Program"].reason
    inside = tasks["easy/Inside raised_get"]
    assert inside.task is not None and inside.task.gate is Gate.UNTESTABLE  # its goal cannot stand alone
    vacuous, false = tasks["easy/Vacuous nothing"].task, tasks["easy/False too_good"].task
    assert vacuous is not None and vacuous.gate is Gate.VACUOUS
    assert false is not None and false.gate is Gate.REFUTED and "is_false" in (out / false.disproof).read_text()
    proof = tasks["easy/Pair twice_twice"].proof
    assert proof is not None and proof.level == "L1" and proof.tree and proof.calls >= 1
    code = cli_check.run(
        out / proof.file,
        out / tasks["easy/Pair twice_twice"].entry.original,
        allowed_axioms=(),
        runtime=RuntimeChoice.EMBEDDED,
        project=None,
        json=False,
        quiet=True,
        say=lambda _text: None,
    )
    assert code == 0
    assert (out / "report.html").stat().st_size > 10_000


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_killed_three_times_with_real_lean_it_gives_the_same_table(tmp_path: Path) -> None:
    draw = random.Random()
    words = [sys.executable, "-m", "prover.cli", "bench", "tests/corpus/easy", "--limit", "4", "--calls", "10"]

    def start(out: Path) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        return subprocess.Popen([*words, "--workers", "1", "--out", str(out)], cwd=ROOT, env=environment)

    killed = tmp_path / "killed"
    for _ in range(3):
        process = start(killed)
        known = read(killed) if killed.exists() else None
        wanted = (len(known.statements) + len(known.attempts) if known else 0) + draw.randint(1, 4)
        while process.poll() is None:
            found = read(killed) if killed.exists() else None
            if found is not None and len(found.statements) + len(found.attempts) >= wanted:
                process.send_signal(signal.SIGKILL)
            time.sleep(draw.uniform(0.05, 0.5))
        process.wait()
    assert start(killed).wait() == 0
    assert start(tmp_path / "whole").wait() == 0
    assert table(killed) == table(tmp_path / "whole")
    lines = (killed / "records-1of1.jsonl").read_text().splitlines()
    keys = [json.loads(line)["key"] for line in lines if line]
    assert len(keys) == len(set(keys))


THOUGHT = "def f (n : Nat) : Nat := n * n + 3 * n\n\ntheorem found : ∃ n : Nat, f n = 154 := by\n  sorry\n"


def answers(_request: Request) -> Sequence[str | Answer]:
    return ["```lean4\nexact ⟨11, rfl⟩\n```"]


def failing(_request: Request) -> Sequence[str | Answer]:
    raise MachineryError("the server is gone")


@pytest.mark.parametrize(
    ("script", "outcome"), [(None, "limit"), (answers, "proved"), (failing, "machinery")], ids=["none", "good", "gone"]
)
def test_a_policy_is_asked_paid_and_known_to_be_there(
    embedded: Pool, tmp_path: Path, script: Script | None, outcome: str
) -> None:
    path = tmp_path / "Found.lean"
    path.write_text(THOUGHT)
    named = None if script is None else "http://127.0.0.1:1/v1"
    settings = BenchSettings(calls=30, gate=False, policy=named, tokens=None if script is None else 50_000)
    policy = None if script is None else ScriptedPolicy(script)
    chosen = options(path, tmp_path / "out", settings=settings, workers=1)
    code = run_bench(chosen, lambda _options: Borrowed(embedded, settings, policy))
    (task,) = metrics.load(tmp_path / "out").tasks
    assert task.first is not None
    assert (task.outcome, code) == (outcome, int(outcome == "machinery")), task.reason
    if outcome == "proved":
        assert "⟨11, rfl⟩" in task.first.proof and task.first.tokens > 0
        assert "proved against tokens" in (tmp_path / "out/report.html").read_text().lower() or not charts.available()
    if outcome == "machinery":
        assert task.first.retried and "the server is gone" in task.reason
