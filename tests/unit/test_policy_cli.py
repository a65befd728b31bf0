"""The command line with policies: options, what is missing and how that is said, and what is not imported."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hostile_server import HostileServer, reply
from typer.testing import CliRunner

from lean_project.errors import UserError
from prover import cli_prove, cli_serve
from prover.cli import app
from prover.policy.opening import open_policy
from prover.policy.use import PolicyUse
from prover.settings import ProveSettings
from search.budget import Budget

runner = CliRunner()


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GENTZEN_HOME", str(tmp_path / "home"))
    path = tmp_path / "A.lean"
    path.write_text("theorem t : True := sorry\n")
    return path


def test_options_reach_the_run(spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[ProveSettings] = []

    def run(paths: Any, settings: ProveSettings, **options: Any) -> int:
        seen.append(settings)
        return 0

    monkeypatch.setattr(cli_prove, "run", run)
    words = ["prove", str(spec), "--policy", "http://host:8000/v1", "--model", "m", "--policy-samples", "7"]
    assert runner.invoke(app, words).exit_code == 0
    assert runner.invoke(app, ["prove", str(spec)]).exit_code == 0
    assert (seen[0].policy, seen[0].model, seen[0].policy_samples) == ("http://host:8000/v1", "m", 7)
    assert (seen[1].policy, seen[1].model, seen[1].policy_samples) == (None, None, 4)


@pytest.mark.parametrize(
    ("policy", "words"),
    [("http://127.0.0.1:9/v1", "gentzen serve --model"), ("/nowhere", "no such folder"), ("ftp://x", "neither")],
)
def test_a_policy_that_is_not_there_is_said_before_any_work(spec: Path, policy: str, words: str) -> None:
    done = runner.invoke(app, ["prove", str(spec), "--policy", policy])
    assert done.exit_code == 2 and words in done.stderr and "Traceback" not in done.stderr


def test_a_policy_with_nothing_to_do_is_refused(spec: Path) -> None:
    done = runner.invoke(app, ["prove", str(spec), "--policy", "http://127.0.0.1:9/v1", "--strategy", "portfolio"])
    assert done.exit_code == 2 and "Leave one of the two out" in done.stderr


def test_a_wrong_model_lists_the_right_ones(spec: Path) -> None:
    with HostileServer(lambda asked: reply(asked, "x")) as server:
        done = runner.invoke(app, ["prove", str(spec), "--policy", server.url, "--model", "wrong"])
    assert done.exit_code == 2 and "has no model 'wrong'; it has tiny-prover" in done.stderr


def test_a_policy_given_up_for_one_file_stays_given_up_for_the_others() -> None:
    said: list[str] = []
    with HostileServer(lambda asked: reply(asked, "x")) as server:
        use = PolicyUse.open(ProveSettings(policy=server.url), said.append)
        from toy_lean import ToyLean

        from decompose.spec import load_spec
        from decompose.text import decode

        file = load_spec(decode(b"theorem one : True := by sorry\n"), ToyLean())
        use.moves(file, Budget()).line.gone = "it is broken"
        assert use.moves(file, Budget()).line.gone == "it is broken" and said == []
        use.close()


def test_missing_extras_are_named_with_what_installs_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.json").write_text("{}")
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(UserError, match=r"pip install 'gentzen\[train\]'"):
        open_policy(str(tmp_path))
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    monkeypatch.setattr(cli_serve, "has_vllm", lambda: False)
    done = runner.invoke(app, ["serve", "--model", str(tmp_path)])
    assert done.exit_code == 2 and "pip install 'gentzen[train,serve]'" in done.stderr
    done = runner.invoke(app, ["serve", "--model", str(tmp_path), "--vllm"])
    assert done.exit_code == 2 and "pip install 'gentzen[vllm]'" in done.stderr
    done = runner.invoke(app, ["serve", "--model", str(tmp_path), "--tensor-parallel-size", "2"])
    assert done.exit_code == 2 and "--tensor-parallel-size 2: these options are for vLLM" in done.stderr


def test_vllm_gets_its_flags_and_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    run: list[list[str]] = []

    def execv(_program: str, command: list[str]) -> None:
        run.append(command)
        raise SystemExit(0)

    monkeypatch.setattr(cli_serve, "has_vllm", lambda: True)
    monkeypatch.setattr(cli_serve.os, "execv", execv)
    runner.invoke(app, ["serve", "--model", "/m/prover", "--port", "9000", "--tensor-parallel-size", "2"])
    (command,) = run
    assert command[1:3] == ["-m", "vllm.entrypoints.openai.api_server"]
    pairs = dict(zip(command[3::2], command[4::2], strict=False))
    assert pairs["--model"] == "/m/prover" and pairs["--served-model-name"] == "prover"
    assert pairs["--port"] == "9000" and command[-2:] == ["--tensor-parallel-size", "2"]


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    code = (
        "import sys, prover.cli, prover.policy.use, prover.policy.local, prover.policy.server, prover.cli_serve\n"
        "heavy = {'torch', 'transformers', 'vllm', 'jinja2', 'httpx', 'starlette', 'uvicorn', 'numpy'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
