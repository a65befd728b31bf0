"""The options of `gentzen bench` and `gentzen compare`: what reaches the work, and how mistakes are said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bench_support import ScriptedSolver
from typer.testing import CliRunner

from prover.bench import command
from prover.bench.command import BenchOptions
from prover.bench.solving import Solver
from prover.cli import app

runner = CliRunner()


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Twelve problems, and a solver without Lean."""
    monkeypatch.setenv("GENTZEN_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    asked: list[BenchOptions] = []

    def scripted(options: BenchOptions) -> Solver:
        asked.append(options)
        return ScriptedSolver()

    monkeypatch.setattr(command, "_lean", scripted)
    path = tmp_path / "toy.jsonl"
    records = [
        {"id": f"toy/p{n}", "split": "test", "statement": f"theorem p{n} : 1 = 1 := by sorry"} for n in range(12)
    ]
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def test_the_folder_has_a_default_and_the_table_is_printed(data: Path) -> None:
    result = runner.invoke(app, ["bench", str(data), "--calls", "30", "--k", "2", "--limit", "8"])
    assert result.exit_code == 0, result.output
    assert "of 8 tasks proved" in result.stdout and "| toy | 8 |" in result.stdout
    assert "[16/16] toy/p" in result.stderr and "toy/p7 p7 attempt 2: " in result.stderr
    assert Path("bench/toy.jsonl/report.html").exists()
    again = runner.invoke(app, ["bench", str(data), "--calls", "30", "--k", "2", "--limit", "8", "--quiet"])
    assert again.exit_code == 0 and again.stdout == result.stdout and again.stderr == ""
    assert json.loads(Path("bench/toy.jsonl/run.json").read_text())["k"] == 2


def test_two_runs_are_compared(data: Path) -> None:
    for name, options in (("a", ["--seed", "1"]), ("b", ["--seed", "2"]), ("c", ["--calls", "7"])):
        assert runner.invoke(app, ["bench", str(data), "--out", name, "-q", *options]).exit_code == 0
    result = runner.invoke(app, ["compare", "a", "b", "--html", "page.html", "--fail-if-worse"])
    assert result.exit_code == 0 and "## b against a" in result.stdout and Path("page.html").exists()
    assert json.loads(runner.invoke(app, ["compare", "a", "b", "--json"]).stdout)["runs"] == ["a", "b"]
    refused = runner.invoke(app, ["compare", "a", "c"])
    assert refused.exit_code == 2 and "calls 100 in a and 7 in c" in refused.stderr
    assert runner.invoke(app, ["compare", "a", "c", "--allow-different"]).exit_code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["bench", "minif2f"], "Add --fetch"),
        (["bench", "toy.jsonl", "--split", "train"], "Give one of test"),
        (["bench", "toy.jsonl", "--shard", "3/2"], "--shard"),
        (["bench", "toy.jsonl", "--k", "2", "--strategy", "mcts"], "draws nothing"),
        (["bench", "toy.jsonl", "--map", "id=x"], "statement=FIELD"),
        (["bench", "toy.jsonl", "--format", "nonsense"], "no format"),
        (["compare", "one"], "two runs"),
        (["compare", "one", "two"], "no bench run"),
    ],
)
def test_mistakes_are_one_paragraph(data: Path, words: list[str], said: str) -> None:
    result = runner.invoke(app, words)
    assert result.exit_code == 2 and result.stdout == ""
    assert result.stderr.startswith("gentzen: ") and said in result.stderr and "Traceback" not in result.stderr
