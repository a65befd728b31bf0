"""A bench run without Lean: what is recorded, what a second run does, and that no way of dying changes the table."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bench_support import ScriptedSolver, drawn, options, problem

from lean_project.errors import UserError
from lean_project.model import RuntimeInfo
from prover.bench import manifest, metrics, tables
from prover.bench.command import run_bench
from prover.bench.loading import Selection
from prover.bench.problems import Problem
from prover.bench.records import AttemptRecord, Outcome, RecordFile, attempt_key, read
from prover.bench.run import BenchRun
from prover.bench.settings import BenchSettings
from prover.bench.solving import Attempted, Stopped

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = BenchSettings(calls=30, k=2)
PROBLEMS = [problem(name) for name in ("a", "b", "c", "mathlib_a", "false_a", "two_a", "broken_a", "d", "e")]


def bench(folder: Path, solver: ScriptedSolver, problems: list[Problem] | None = None, **changes: Any) -> BenchRun:
    chosen = PROBLEMS if problems is None else problems
    settings = changes.pop("settings", SETTINGS)
    whole = changes.pop("whole", chosen)
    data = {"path": "toy", "format": "auto", "split": "", "limit": 0, "sets": {"toy": len(whole)}, "commits": []}
    manifest.begin(folder, whole, settings, data, "gentzen bench toy", 1)
    return BenchRun(folder, chosen, settings, lambda: solver, lambda _line: None, **changes)


def table(folder: Path) -> str:
    data = metrics.load(folder)
    return "\n\n".join(each.markdown() for each in tables.counted_tables(data))


def test_outcomes_are_never_merged(tmp_path: Path) -> None:
    solver = ScriptedSolver()
    bench(tmp_path, solver).run()
    found = {task.entry.id + task.name.removeprefix(task.entry.id): task for task in metrics.load(tmp_path).tasks}
    assert found["mathlib_a"].outcome == "not statable" and found["mathlib_a"].reason == "needs Mathlib"
    assert found["false_a"].outcome == "disproved" and found["false_a"].reason == "false: n := 0"
    assert found["broken_a"].outcome == "machinery"
    assert {"two_a_a", "two_a_b"} <= set(found)
    assert all(len(found[name].attempts) == 2 for name in ("a", "two_a_a", "two_a_b"))
    assert ("false_a", "false_a") not in solver.asked  # what is false is not attempted
    assert solver.asked.count(("broken_a", "")) == 2  # retried once
    assert solver.closed


def test_the_files_of_a_run_can_be_found(tmp_path: Path) -> None:
    bench(tmp_path, ScriptedSolver()).run()
    for task in metrics.load(tmp_path).tasks:
        original = (tmp_path / task.entry.original).read_text()
        assert "sorry" in original
        if task.proof is not None:
            assert (tmp_path / task.proof.file).read_text() == original.replace("sorry", "simp")
        if task.outcome == "disproved":
            assert task.task is not None and (tmp_path / task.task.disproof).read_text().endswith("-- no")


def test_a_second_run_has_nothing_to_do(tmp_path: Path) -> None:
    sound = [each for each in PROBLEMS if each.id != "broken_a"]
    bench(tmp_path, ScriptedSolver(), sound).run()
    before = table(tmp_path)
    solver = ScriptedSolver()
    run = bench(tmp_path, solver, sound)
    run.run()
    assert solver.asked == [] and not solver.closed and table(tmp_path) == before


def test_more_attempts_go_on_from_fewer(tmp_path: Path) -> None:
    bench(tmp_path, ScriptedSolver(), settings=replace(SETTINGS, k=1)).run()
    assert metrics.load(tmp_path).manifest.k == 1
    bench(tmp_path, ScriptedSolver()).run()
    bench(tmp_path / "at_once", ScriptedSolver()).run()
    assert table(tmp_path) == table(tmp_path / "at_once")


def test_a_changed_problem_is_another_problem(tmp_path: Path) -> None:
    bench(tmp_path, ScriptedSolver(), [problem("a")]).run()
    solver = ScriptedSolver()
    changed = problem("a", text="theorem a : 2 = 2 := by sorry\n")
    bench(tmp_path, solver, [changed, problem("b")]).run()
    assert {id for id, _ in solver.asked} == {"a", "b"}
    (first, _) = metrics.load(tmp_path).tasks
    expected = attempt_key(changed.file_sha256, "a", 1, SETTINGS.identity())
    assert first.first is not None and first.first.key == expected


def test_other_settings_do_not_share_a_folder(tmp_path: Path) -> None:
    bench(tmp_path, ScriptedSolver()).run()
    with pytest.raises(UserError, match="calls 30, not 40"):
        bench(tmp_path, ScriptedSolver(), settings=replace(SETTINGS, calls=40))
    with pytest.raises(UserError, match=r"begun with fake, Lean 0\.0\.0"):
        more = [*PROBLEMS, problem("z")]
        bench(tmp_path, ScriptedSolver(info=RuntimeInfo("fake", "9.9.9")), more).run()


def test_the_machinery_gets_one_more_try(tmp_path: Path) -> None:
    solver = ScriptedSolver(faults={"a": 1, "b": 2})
    bench(tmp_path, solver, [problem("a"), problem("b")], settings=BenchSettings(calls=30)).run()
    a, b = metrics.load(tmp_path).tasks
    assert a.first is not None and a.first.retried and a.outcome != "machinery"
    assert b.outcome == "machinery" and solver.asked.count(("b", "b")) == 2


def test_what_the_machinery_lost_is_done_again_by_the_same_command(tmp_path: Path) -> None:
    problems = [problem("a"), problem("b"), problem("broken_c")]
    settings = BenchSettings(calls=30)
    bench(tmp_path, ScriptedSolver(faults={"b": 2}), problems, settings=settings).run()
    assert [task.outcome for task in metrics.load(tmp_path).tasks].count("machinery") == 2
    solver = ScriptedSolver()
    bench(tmp_path, solver, problems, settings=settings).run()
    assert {id for id, _ in solver.asked} == {"b", "broken_c"}
    bench(tmp_path / "sound", ScriptedSolver(), problems, settings=settings).run()
    assert [task.outcome for task in metrics.load(tmp_path).tasks] == [
        task.outcome for task in metrics.load(tmp_path / "sound").tasks
    ]


def test_a_bug_in_one_attempt_is_a_fault_of_the_machinery(tmp_path: Path) -> None:
    def answer(problem: Problem, task: str, seed: int) -> Attempted:
        if task == "a":
            raise ZeroDivisionError("division by zero")
        return drawn(problem, task, seed)

    bench(tmp_path, ScriptedSolver(answer), [problem("a"), problem("b")]).run()
    a, b = metrics.load(tmp_path).tasks
    assert a.outcome == "machinery" and "ZeroDivisionError: division by zero" in a.reason
    assert b.outcome != "machinery"


@pytest.mark.parametrize("workers", [1, 4])
def test_the_number_of_workers_changes_no_outcome(tmp_path: Path, workers: int) -> None:
    problems = [problem(f"p{number}") for number in range(30)]
    bench(tmp_path / "many", ScriptedSolver(seconds=0.001), problems, workers=workers).run()
    bench(tmp_path / "one", ScriptedSolver(), problems).run()
    assert table(tmp_path / "many") == table(tmp_path / "one")


def test_an_interruption_keeps_what_is_over(tmp_path: Path) -> None:
    problems = [problem(f"p{number}") for number in range(20)]
    solver = ScriptedSolver()

    def answer(problem: Problem, task: str, seed: int) -> Attempted:
        if task == "p7":
            solver.stop()
            raise KeyboardInterrupt
        if solver._stopped.is_set():
            raise Stopped
        return drawn(problem, task, seed)

    solver.answer = answer
    with pytest.raises(KeyboardInterrupt):
        bench(tmp_path, solver, problems, workers=2).run()
    assert solver.closed
    assert 5 <= len(read(tmp_path).attempts) <= 8
    assert any(task.outcome == metrics.PENDING for task in metrics.load(tmp_path).tasks)
    bench(tmp_path, ScriptedSolver(), problems).run()
    bench(tmp_path / "whole", ScriptedSolver(), problems).run()
    assert table(tmp_path) == table(tmp_path / "whole")


def test_damaged_lines_are_passed_over_and_done_again(tmp_path: Path) -> None:
    bench(tmp_path, ScriptedSolver()).run()
    before = table(tmp_path)
    path = tmp_path / "records-1of1.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    lines[3] = b'{"version": 1, "kind": "statement"}\n'
    lines[8] = b"\xff\xfe not json\n"
    path.write_bytes(b"".join([*lines[:-1], lines[-1][:40]]))
    solver = ScriptedSolver()
    run = bench(tmp_path, solver)
    run.run()
    assert run.records.damaged == 3 and 1 <= len(solver.asked) <= 8
    assert table(tmp_path) == before
    assert metrics.load(tmp_path).damaged == 3


def test_two_processes_cannot_write_one_shard(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from prover.bench.records import RecordFile\n"
        "with RecordFile(Path(sys.argv[1]), (1, 1)): print('open', flush=True); time.sleep(60)"
    )
    other = subprocess.Popen([sys.executable, "-c", code, tmp_path], stdout=subprocess.PIPE, cwd=ROOT)
    try:
        assert other.stdout is not None and other.stdout.readline()
        with pytest.raises(UserError, match="Another `gentzen bench` is writing"):
            RecordFile(tmp_path, (1, 1))
        RecordFile(tmp_path, (2, 2)).close()
    finally:
        other.kill()
        other.communicate()


def test_two_shards_at_once_are_one_run(tmp_path: Path) -> None:
    problems = [problem(f"p{number}") for number in range(24)]
    folder = tmp_path / "shared"
    runs = [
        bench(folder, ScriptedSolver(seconds=0.002), problems[part::2], whole=problems, shard=(part + 1, 2))
        for part in range(2)
    ]
    threads = [threading.Thread(target=run.run) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    bench(tmp_path / "alone", ScriptedSolver(), problems).run()
    assert table(folder) == table(tmp_path / "alone")
    assert sorted(path.name for path in folder.glob("records-*.jsonl")) == ["records-1of2.jsonl", "records-2of2.jsonl"]


def data_file(tmp_path: Path, count: int) -> Path:
    path = tmp_path / "toy.jsonl"
    names = [f"{'mathlib' if n % 7 == 3 else 'two' if n % 5 == 2 else 'p'}_{n}" for n in range(count)]
    records = [{"id": f"toy/{name}", "statement": f"theorem {name} : 1 = 1 := by sorry"} for name in names]
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def start(data: Path, out: Path, seconds: float, shard: str = "1/1") -> subprocess.Popen[bytes]:
    script = ROOT / "tests/support/bench_support.py"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    words = [sys.executable, script, data, out, str(seconds), "3", shard]
    return subprocess.Popen(
        [str(word) for word in words], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def test_killed_three_times_at_random_it_gives_the_table_of_an_undisturbed_run(tmp_path: Path) -> None:
    data, out, draw = data_file(tmp_path, 40), tmp_path / "killed", random.Random()
    kills = 0
    while kills < 3:
        process = start(data, out, 0.01)
        wanted = len(read(out).attempts) + draw.randint(3, 25) if out.exists() else draw.randint(0, 20)
        while process.poll() is None and (not out.exists() or len(read(out).attempts) < wanted):
            time.sleep(draw.uniform(0.0, 0.02))
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
            kills += 1
        process.communicate()
        if process.returncode == 0:
            break
    assert kills == 3
    last = start(data, out, 0.0)
    said = last.communicate()
    assert last.returncode == 0, said
    undisturbed = start(data, tmp_path / "whole", 0.0)
    assert undisturbed.wait() == 0
    assert table(out) == table(tmp_path / "whole")
    assert "not run yet" not in table(out)
    keys = [json.loads(line)["key"] for line in (out / "records-1of1.jsonl").read_text().splitlines() if line]
    assert len(keys) == len(set(keys))  # nothing was done twice


def test_shards_as_processes_and_an_interrupted_one(tmp_path: Path) -> None:
    data, out = data_file(tmp_path, 24), tmp_path / "out"
    first, second = start(data, out, 1.0, "1/2"), start(data, out, 0.01, "2/2")
    # Its own first record: from then on it is at work, and has long to go.
    while first.poll() is None and not ((own := out / "records-1of2.jsonl").exists() and own.stat().st_size):
        time.sleep(0.01)
    first.send_signal(signal.SIGTERM)
    said = first.communicate()[1].decode()
    assert first.returncode == 130 and "the same command goes on" in said
    second.communicate()
    assert second.returncode == 0
    assert (out / "report.html").exists()
    assert start(data, out, 0.0, "1/2").wait() == 0
    assert start(data, tmp_path / "whole", 0.0).wait() == 0
    assert table(out) == table(tmp_path / "whole")


def test_the_command_prints_the_table_and_counts_faults(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = data_file(tmp_path, 8)
    chosen = options(data, tmp_path / "out", selection=Selection(limit=5))
    assert run_bench(chosen, lambda _options: ScriptedSolver()) == 0
    printed = capsys.readouterr().out
    assert "tasks proved that can be stated here" in printed and "| toy | 6 |" in printed
    broken = options(data, tmp_path / "broken", json=True)
    faults = {f"p_{n}": 9 for n in range(8)}
    assert run_bench(broken, lambda _options: ScriptedSolver(faults=faults)) == 1
    value = json.loads(capsys.readouterr().out)
    assert value["numbers"]["all"]["outcomes"]["machinery"] > 0
    assert value["run"]["settings"]["calls"] == 100


def test_a_record_of_a_newer_gentzen_is_refused(tmp_path: Path) -> None:
    with RecordFile(tmp_path, (1, 1)) as file:
        file.append(AttemptRecord(key="k", set="s", id="i", task="t", attempt=1, outcome=Outcome.OPEN, version=99))
    with pytest.raises(UserError, match="newer gentzen"):
        read(tmp_path)


def test_settings_that_make_no_sense_are_refused() -> None:
    for bad in ({"k": 0}, {"calls": 0}, {"seconds": 0.0}, {"heartbeats": 0}, {"k": 2, "strategy": "mcts"}):
        with pytest.raises(UserError):
            BenchSettings(**bad)  # type: ignore[arg-type]
    assert len({SETTINGS.seed_of(number) for number in range(1, 50)}) == 49
    assert SETTINGS.seed_of(3) == replace(SETTINGS, k=9).seed_of(3)


def test_of_a_problem_only_the_missing_tasks_are_recorded(tmp_path: Path) -> None:
    bench(tmp_path, ScriptedSolver(), [problem("two_a")]).run()
    before = table(tmp_path)
    path = tmp_path / "records-1of1.jsonl"
    lines = [line for line in path.read_text().splitlines(keepends=True) if '"task":"two_a_b"' not in line]
    assert len(lines) == 3  # the statement and two attempts at the other task
    path.write_text("".join(lines))
    solver = ScriptedSolver()
    bench(tmp_path, solver, [problem("two_a")]).run()
    assert solver.asked.count(("two_a", "two_a_a")) == 2  # attempted again, since later tasks rest on earlier ones
    assert len(path.read_text().splitlines()) == 5 and table(tmp_path) == before


def test_a_long_run_is_reported_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prover.bench.run.MEANWHILE", 0.0)
    seen: list[int] = []
    bench(tmp_path, ScriptedSolver(), meanwhile=lambda: seen.append(len(metrics.load(tmp_path).tasks))).run()
    assert len(seen) > len(PROBLEMS) and set(seen) == {len(PROBLEMS), len(PROBLEMS) + 1}  # one has two tasks
