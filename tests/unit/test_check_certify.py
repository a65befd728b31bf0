"""Running the Lean project's own checkers: stand-in programs, real processes."""

from __future__ import annotations

import os
import stat
import time
from pathlib import Path

import pytest

from lean_project.check.certify import Toolchain, comparator, compare, replay
from lean_project.check.verdict import Level
from lean_project.errors import LimitHit, MachineryError, UserError

FIND = 'case "$1" in env) shift; exec "$@";; esac\n'


@pytest.fixture
def toolchain(tmp_path: Path) -> Toolchain:
    (tmp_path / "bin").mkdir()
    environment = {"PATH": os.environ["PATH"], "ONLY": "this"}
    return Toolchain(tmp_path, tmp_path, "4.35.0", environment)


def install(toolchain: Toolchain, name: str, script: str) -> None:
    path = toolchain.sysroot / "bin" / name
    path.write_text("#!/bin/sh\n" + script)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def lake(toolchain: Toolchain, command: str, judge: str) -> None:
    """A lake that knows one comparator command, and answers as Lean's does without a configuration."""
    install(toolchain, "leanexport", "exit 0\n")
    known = f'[ "$1" = {command} ] || {{ echo "error: unknown command $1"; exit 1; }}\n[ "$2" = --config ] || exit 2\n'
    install(toolchain, "lake", FIND + known + judge)


def test_leanchecker_accepts_and_rejects(toolchain: Toolchain) -> None:
    install(toolchain, "lake", FIND)
    install(toolchain, "leanchecker", '[ "$1" = Good ] || { echo "found a problem in $1" >&2; exit 1; }\n')
    good, bad = replay(toolchain, "Good"), replay(toolchain, "Bad")
    assert (good.accepted, good.level, good.tool) == (True, Level.L2, "leanchecker 4.35.0")
    assert not bad.accepted and "found a problem in Bad" in bad.output


@pytest.mark.parametrize("command", ["comparator", "challenge"])
def test_the_comparator_under_both_of_its_names(toolchain: Toolchain, command: str) -> None:
    lake(toolchain, command, 'grep -q \'"solution_module": "Good"\' "$3"\n')
    assert comparator(toolchain, 10) == command
    assert compare(toolchain, "Challenge", "Good", ["t"]).accepted
    assert not compare(toolchain, "Challenge", "Bad", ["t"]).accepted


def test_the_comparator_gets_names_and_axioms(toolchain: Toolchain) -> None:
    lake(toolchain, "comparator", 'cat "$3"; echo; echo "$4"\n')
    output = compare(toolchain, "C", "S", ["a.«b c»"], allowed_axioms=["mine"], every_kernel=True)
    assert output.level is Level.L3 and output.tool == "lake comparator --paranoid 4.35.0"
    assert '"permitted_axioms": ["Classical.choice", "Quot.sound", "mine", "propext"]' in output.output
    assert output.output.endswith("--paranoid\n")


def test_a_comparator_that_cannot_run_is_no_verdict(toolchain: Toolchain) -> None:
    lake(toolchain, "comparator", "echo needs bwrap; exit 2\n")
    with pytest.raises(UserError, match="needs bwrap"):
        compare(toolchain, "C", "S", ["t"])


def test_an_old_toolchain(toolchain: Toolchain) -> None:
    with pytest.raises(UserError, match=r"4\.35"):
        compare(toolchain, "C", "S", ["t"])
    install(toolchain, "lake", "exit 1\n")
    install(toolchain, "leanexport", "exit 0\n")
    assert comparator(toolchain, 10) is None
    with pytest.raises(UserError, match=r"4\.28"):
        replay(toolchain, "M")


def test_the_environment_is_what_was_given(toolchain: Toolchain) -> None:
    install(toolchain, "lake", FIND)
    install(toolchain, "leanchecker", "env\n")
    output = replay(toolchain, "M").output
    assert "ONLY=this" in output and "HOME=" not in output


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not (state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z")


@pytest.mark.parametrize("ending", ["exit 0", "wait"])
def test_nothing_is_left_running(toolchain: Toolchain, ending: str) -> None:
    """A tool that leaves a child behind, and one that hangs with a child that does."""
    install(toolchain, "lake", FIND)
    install(toolchain, "leanchecker", f"sleep 1000 & echo $! > {toolchain.project}/pid\n{ending}\n")
    if ending == "wait":
        with pytest.raises(LimitHit) as hit:
            replay(toolchain, "M", seconds=1)
        assert hit.value.kind == "seconds"
    else:
        assert replay(toolchain, "M").accepted
    pid = int((toolchain.project / "pid").read_text())
    deadline = time.monotonic() + 30
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not alive(pid)


def test_a_killed_tool_is_a_fault_of_the_machinery(toolchain: Toolchain) -> None:
    install(toolchain, "lake", FIND)
    install(toolchain, "leanchecker", "echo last words; kill -9 $$\n")
    with pytest.raises(MachineryError, match="signal 9") as error:
        replay(toolchain, "M")
    assert "last words" in error.value.stderr_tail


def test_long_output_is_cut(toolchain: Toolchain) -> None:
    install(toolchain, "lake", FIND)
    install(toolchain, "leanchecker", "head -c 1000000 /dev/zero | tr '\\0' x; echo end\n")
    output = replay(toolchain, "M").output
    assert output.endswith("xend\n") and len(output) <= 4000


def test_a_program_that_cannot_start(toolchain: Toolchain) -> None:
    for name in ("lake", "leanchecker"):
        path = toolchain.sysroot / "bin" / name
        path.write_bytes(b"\x7fELF nonsense")
        path.chmod(0o755)
    with pytest.raises(MachineryError, match="could not be started"):
        replay(toolchain, "M")
