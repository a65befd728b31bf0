"""Trainings in several processes: the job's folder, its launcher, and what becomes of failures. The launcher here is a
script that does what it is told; `tests/lean/test_train_real.py` has the real thing."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from lean_project import environ
from lean_project.errors import MachineryError, UserError
from rl.data.files import read_json
from rl.run import processes
from rl.run.config import Launch, load_train_config
from rl.run.job import ORPHANED
from rl.run.launch import JOB, LOG, MODULE, Launcher
from rl.sft import Pair, SftSettings

SCRIPT = """
import json, sys
from pathlib import Path
module, job = sys.argv[-2], Path(sys.argv[-1])
assert sys.argv[-3] == "-m" and module == "{module}"
tries = job.with_name("tries")
tries.write_text((tries.read_text() if tries.exists() else "") + "x")
print("turn", len(tries.read_text()))
codes = {codes}
code, result = codes[len(tries.read_text()) - 1]
if result is not None:
    job.with_name("result.json").write_text(json.dumps(result))
updates = job.parent.parent / "updates"
updates.mkdir(exist_ok=True)
(updates / "supervised.jsonl").write_text('{{"step":1,"loss":2.5}}\\n')
sys.exit(code)
"""
PAIRS = [Pair("n = n := by", " rfl")]
DONE = (0, {"said": ["  ten pairs"], "checkpoint": None, "error": ""})


def launcher(folder: Path, *codes: object, said: list[str] | None = None) -> Launcher:
    script = folder / "launch.py"
    script.write_text(SCRIPT.format(module=MODULE, codes=repr(codes)))
    heard = [] if said is None else said
    return Launcher(Launch(command=(sys.executable, str(script))), None, heard.append)


def test_a_job_is_done_by_other_processes(tmp_path: Path) -> None:
    said: list[str] = []
    out = tmp_path / "stage" / "supervised"
    found = launcher(tmp_path, DONE, said=said).supervise(PAIRS, out, tmp_path / "start", SftSettings(seed=5))
    assert found.folder == out and found.losses == (2.5,) and said == ["  ten pairs"]
    job = read_json(out.with_name("supervised-job") / JOB)
    assert job["settings"]["seed"] == 5 and job["start"] == str(tmp_path / "start")
    assert (job["host"], job["pid"]) == (socket.gethostname(), os.getpid())


def test_what_failed_is_started_once_more(tmp_path: Path) -> None:
    said: list[str] = []
    launcher(tmp_path, (7, None), DONE, said=said).supervise(PAIRS, tmp_path / "a" / "s", tmp_path, SftSettings())
    assert "ended with code 7" in said[0] and said[1] == "  ten pairs"
    with pytest.raises(MachineryError, match=r"code 9 twice.*turn 2"):
        launcher(tmp_path, (7, None), (9, None)).supervise(PAIRS, tmp_path / "b" / "s", tmp_path, SftSettings())
    assert "turn 1" in (tmp_path / "b" / "s-job" / LOG).read_text()


def test_a_result_with_a_failure_is_none(tmp_path: Path) -> None:
    """The first process may have finished while another died."""
    with pytest.raises(MachineryError):
        launcher(tmp_path, (1, DONE[1]), (1, None)).supervise(PAIRS, tmp_path / "a" / "s", tmp_path, SftSettings())


def test_what_the_user_must_mend(tmp_path: Path) -> None:
    error = (2, {"said": [], "checkpoint": None, "error": "reinforce.prompts is 3"})
    with pytest.raises(UserError, match=r"reinforce\.prompts is 3"):
        launcher(tmp_path, error).supervise(PAIRS, tmp_path / "a" / "s", tmp_path, SftSettings())
    missing = Launcher(Launch(command=(str(tmp_path / "no-such-program"),)))
    with pytest.raises(UserError, match=r"launch\.command cannot be started"):
        missing.supervise(PAIRS, tmp_path / "b" / "s", tmp_path, SftSettings())


def test_the_processes_of_a_run_that_is_no_more_end() -> None:
    """The run is a process that has ended; the job would wait for an hour."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    code = "import sys, socket, threading; from rl.run.job import watch; watch({}, {}, 0.01); {}"
    wait = "threading.Event().wait(3600)"
    here = code.format("socket.gethostname()", gone.pid, wait)
    assert subprocess.run([sys.executable, "-c", here], timeout=120).returncode == ORPHANED
    elsewhere = code.format("'elsewhere'", gone.pid, "sys.exit(threading.active_count() - 1)")
    assert subprocess.run([sys.executable, "-c", elsewhere], timeout=120).returncode == 0


def test_processes_know_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("RANK", "WORLD_SIZE", "LOCAL_WORLD_SIZE"):
        monkeypatch.delenv(name, raising=False)
    assert environ.launched() == (0, 1, 1) and processes.agreed(["b", "a", "b"]) == ["a", "b"]
    assert processes.share(7, "x") == 7
    monkeypatch.setenv("RANK", "2")
    monkeypatch.setenv("WORLD_SIZE", "4")
    assert (processes.rank(), processes.count(), processes.local_count()) == (2, 4, 1)
    assert processes.share(8, "x") == 2
    with pytest.raises(UserError, match="x is 6, and 4 processes"):
        processes.share(6, "x")


def test_the_section_of_a_configuration(tmp_path: Path) -> None:
    (tmp_path / "fsdp.yaml").write_text("{}")
    (tmp_path / "train.yaml").write_text(
        "selfplay: {out: run, files: [A.lean], lean: {runtime: native, project: ../lake}}\n"
        "launch: {command: [accelerate, launch, --config_file, fsdp.yaml], patience: 60}\n"
    )
    config = load_train_config(tmp_path / "train.yaml")
    assert config.launch is not None and config.launch.command[2:] == ("--config_file", str(tmp_path / "fsdp.yaml"))
    assert config.launch.command[0] == "accelerate"
    assert config.selfplay.lean.project == tmp_path.parent / "lake"
    (tmp_path / "train.yaml").write_text(
        "selfplay: {out: run, files: [A.lean]}\nlaunch: {command: [torchrun]}\nreinforce: {updates: 1, staleness: 1}\n"
    )
    with pytest.raises(UserError, match="a stream"):
        load_train_config(tmp_path / "train.yaml")
