"""The command line: exit codes, what goes to stdout and what to stderr, and no traceback for anybody's mistake."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from lean_project.check.verdict import Code, FileVerdict, Level, Reason, TargetVerdict
from lean_project.errors import LimitHit, MachineryError, UserError
from lean_project.ledger import Ledger
from lean_project.model import RuntimeInfo
from prover import cli_check, cli_prove
from prover.cli import app
from prover.inputs import InputFile
from prover.report import INTERRUPTED, FileReport, SourcePosition, Status, TargetReport
from prover.settings import Progress, ProveSettings, RuntimeChoice
from search.budget import BudgetLimits

runner = CliRunner()


def target(status: Status, name: str = "t", **changes: Any) -> TargetReport:
    return TargetReport(name=name, position=SourcePosition(line=3, column=2), status=status, **changes)


def report(file: InputFile, *targets: TargetReport, **changes: Any) -> FileReport:
    values = {
        "file": str(file.path),
        "runtime": "embedded",
        "lean_version": "4.28.0",
        "level": "L1",
        "targets": targets,
        "output": str(file.output),
    }
    return FileReport(**{**values, **changes})


PROVED = target(Status.PROVED, proof="by\n  intro h\n  simp [h]\n  omega", seconds=0.25)
OPEN = target(Status.OPEN, "u", reason="nothing proves it", open_goals=("n : Nat\n⊢ [n] = [bold]",))


class ScriptedEngine:
    """Answers each file by its name: a report, or something to raise."""

    def __init__(self, answers: dict[str, Callable[[InputFile], FileReport]]) -> None:
        self.answers = answers
        self.proved: list[str] = []
        self.closed = 0
        self.settings: ProveSettings | None = None

    def prove(self, file: InputFile, progress: Progress) -> FileReport:
        self.proved.append(file.path.name)
        progress.stage(str(file.path), "proving")
        answer = self.answers.get(file.path.name)
        return answer(file) if answer else report(file, PROVED)

    def close(self) -> None:
        self.closed += 1

    def open(
        self, settings: ProveSettings, files: Sequence[InputFile], ledger: Ledger, run_id: str, quiet: bool
    ) -> ScriptedEngine:
        self.settings = settings
        return self


def raising(error: BaseException) -> Callable[[InputFile], FileReport]:
    def answer(_file: InputFile) -> FileReport:
        raise error

    return answer


@pytest.fixture
def specs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GENTZEN_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(sys, "argv", ["gentzen", "prove", "the spec.lean"])
    for name in ("A.lean", "B.lean"):
        (tmp_path / name).write_text("theorem t : True := sorry\n")
    return tmp_path


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> ScriptedEngine:
    scripted = ScriptedEngine({})
    monkeypatch.setattr(cli_prove, "_open_engine", scripted.open)
    return scripted


def gentzen(*words: str | Path) -> SimpleNamespace:
    result = runner.invoke(app, [str(word) for word in words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return SimpleNamespace(code=result.exit_code, out=result.stdout, err=result.stderr)


def last_run(home: Path) -> tuple[str, int | None]:
    with Ledger.open(home / "home" / "ledger.db") as ledger:
        run = ledger.runs()[0]
        return run.command, run.exit_code


class TestExitCodes:
    def test_all_proved(self, specs: Path, engine: ScriptedEngine) -> None:
        done = gentzen("prove", specs / "A.lean")
        assert (done.code, done.err, engine.closed) == (0, "", 1)
        assert last_run(specs) == ("gentzen prove 'the spec.lean'", 0)

    def test_some_open(self, specs: Path, engine: ScriptedEngine) -> None:
        engine.answers["A.lean"] = lambda file: report(file, PROVED, OPEN)
        assert gentzen("prove", specs / "A.lean").code == 1

    def test_a_file_that_cannot_be_worked_on(self, specs: Path, engine: ScriptedEngine) -> None:
        engine.answers["A.lean"] = raising(UserError("A.lean:1:0: error: unknown id\nMend it."))
        done = gentzen("prove", specs)
        assert done.code == 2
        assert engine.proved == ["A.lean", "B.lean"], "the other file is still proved"
        assert done.err.startswith("gentzen: A.lean:1:0: error: unknown id")
        assert "1 proved, 1 file could not be worked on" in done.out

    def test_the_machinery_fails(self, specs: Path, engine: ScriptedEngine) -> None:
        engine.answers["A.lean"] = raising(MachineryError("the worker died twice", stderr_tail="segfault at 0"))
        done = gentzen("prove", specs / "A.lean")
        assert done.code == 2
        assert "the worker died twice" in done.err and "Traceback" not in done.err
        (log,) = (specs / "home" / "logs").iterdir()
        assert str(log) in done.err
        assert "Traceback" in log.read_text() and "segfault at 0" in log.read_text()

    def test_a_bug(self, specs: Path, engine: ScriptedEngine) -> None:
        engine.answers["A.lean"] = raising(ZeroDivisionError("division by zero"))
        done = gentzen("prove", specs / "A.lean")
        assert done.code == 2
        assert "ZeroDivisionError: division by zero" in done.err and "Traceback" not in done.err
        assert engine.closed == 1
        assert last_run(specs)[1] == 2

    def test_a_bug_with_nowhere_to_write_the_log(self, specs: Path, engine: ScriptedEngine) -> None:
        engine.answers["A.lean"] = raising(ZeroDivisionError("division by zero"))
        (specs / "home").mkdir()
        (specs / "home" / "logs").write_text("")
        done = gentzen("prove", specs / "A.lean")
        assert done.code == 2
        assert "could not be written" in done.err and "Traceback" in done.err

    def test_interrupted(self, specs: Path, engine: ScriptedEngine) -> None:
        engine.answers["A.lean"] = raising(KeyboardInterrupt())
        done = gentzen("prove", specs)
        assert done.code == 130
        assert (engine.proved, engine.closed) == (["A.lean"], 1)
        assert "gentzen prove 'the spec.lean' --resume" in done.err
        assert last_run(specs)[1] == 130

    def test_interrupted_with_a_partial_report(self, specs: Path, engine: ScriptedEngine) -> None:
        engine.answers["A.lean"] = lambda file: report(file, OPEN, interrupted=True, level=None, output=None)
        done = gentzen("prove", specs, "--json")
        assert done.code == 130
        assert engine.proved == ["A.lean"]
        assert json.loads(done.out)["interrupted"] is True
        assert "--resume" in done.err


class TestBadInput:
    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["prove", "Nowhere.lean"], "There is no file Nowhere.lean"),
            (["prove", "{}/home"], "There is no file"),
            (["prove", "{}/A.lean", "--timeout", "-1"], "--timeout must be a positive number"),
            (["prove", "{}/A.lean", "--timeout", "nan"], "--timeout must be a positive number"),
            (["prove", "{}/A.lean", "--budget", ""], "is not one of"),
            (["prove", "{}/A.lean", "--budget", "calls=x"], "--budget calls=200"),
            (["prove", "{}/A.lean", "--out", "{}/B.lean"], "--out DIR"),
        ],
    )
    def test_is_one_paragraph_and_exit_2(
        self, specs: Path, engine: ScriptedEngine, words: list[str], said: str
    ) -> None:
        done = gentzen(*(word.format(specs) for word in words))
        assert (done.code, done.out, engine.proved) == (2, "", [])
        assert said in done.err and done.err.startswith("gentzen: ") and done.err.count("\n") == 1

    @pytest.mark.parametrize(
        "words", [["prove"], ["prov"], ["prove", "x.lean", "--workers", "0"], ["prove", "x.lean", "--runtime", "coq"]]
    )
    def test_of_the_command_itself(self, words: list[str]) -> None:
        done = gentzen(*words)
        assert (done.code, done.out) == (2, "")
        assert "Usage:" in done.err

    def test_one_bad_file_stops_the_run_before_it_starts(self, specs: Path, engine: ScriptedEngine) -> None:
        (specs / "C.lean").write_bytes(b"\xff")
        assert gentzen("prove", specs).code == 2
        assert engine.proved == []

    def test_a_runtime_that_cannot_start_ends_the_run(self, specs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(*_: object) -> None:
            raise UserError("There is no Node. Install it.")

        monkeypatch.setattr(cli_prove, "_open_engine", refuse)
        done = gentzen("prove", specs)
        assert (done.code, done.out, done.err) == (2, "", "gentzen: There is no Node. Install it.\n")

    def test_a_theorem_that_no_file_has(self, specs: Path, engine: ScriptedEngine) -> None:
        done = gentzen("prove", specs, "--theorem", "nowhere", "--theorem", "t")
        assert done.code == 2
        assert "None of these 2 files has a target called nowhere." in done.err


class TestOutput:
    def test_json_is_one_object_per_file_and_nothing_else(self, specs: Path, engine: ScriptedEngine) -> None:
        engine.answers["B.lean"] = raising(UserError("no such import"))
        done = gentzen("prove", specs, "--json")
        first, second = (json.loads(line) for line in done.out.splitlines())
        assert (first["file"], first["error"]) == (str(specs / "A.lean"), None)
        assert first["seconds"] >= 0 and first["targets"][0]["proof"] == PROVED.proof
        assert (second["file"], second["error"], second["targets"]) == (str(specs / "B.lean"), "no such import", [])

    def test_people_get_a_table_and_the_open_goals(self, specs: Path, engine: ScriptedEngine) -> None:
        engine.answers["A.lean"] = lambda file: report(file, PROVED, OPEN)
        out = gentzen("prove", specs / "A.lean").out
        assert "by intro h; simp [h]; omega" in out
        assert "u (line 3), open: nothing proves it" in out
        assert "    ⊢ [n] = [bold]\n" in out
        assert "2 targets: 1 proved, 1 open" in out
        assert f"written to {specs / 'A.proved.lean'} (level L1, Lean 4.28.0, embedded)" in out
        assert "\x1b" not in out

    def test_an_interrupted_file_says_what_is_known_of_it(self, specs: Path, engine: ScriptedEngine) -> None:
        unknown = target(Status.OPEN, "v", reason=INTERRUPTED, open_goals=("⊢ p",))
        answer = (PROVED, OPEN, unknown)
        engine.answers["A.lean"] = lambda file: report(file, *answer, interrupted=True, output=None)
        out = gentzen("prove", specs / "A.lean").out
        assert "u (line 3), open: nothing proves it" in out
        assert INTERRUPTED not in out and "⊢" not in out
        assert "3 targets: 1 proved, 2 open in" in out and "interrupted" in out

    def test_several_files_get_a_total(self, specs: Path, engine: ScriptedEngine) -> None:
        engine.answers["A.lean"] = lambda file: report(file, PROVED, OPEN)
        assert "2 files, 3 targets: 2 proved, 1 open\n" in gentzen("prove", specs).out

    def test_lean_source_cannot_steer_the_terminal(self, specs: Path, engine: ScriptedEngine) -> None:
        nasty = target(Status.OPEN, "«\x1b[2J»", reason="\x1b]0;x\x07", open_goals=("⊢ \x9b31m\r",))
        engine.answers["A.lean"] = lambda file: report(file, nasty, target(Status.PROVED, proof="\x1b[8mby simp"))
        out = gentzen("prove", specs / "A.lean").out
        assert not any((ord(char) < 32 and char != "\n") or 127 <= ord(char) < 160 for char in out)

    def test_options_reach_the_engine(self, specs: Path, engine: ScriptedEngine) -> None:
        words = "--theorem t --theorem A.t --timeout 5 --workers 3 --budget calls=7,seconds=1.5 --resume"
        gentzen(
            "prove", specs / "A.lean", *words.split(), "--runtime", "native", "--project", specs, "--out", specs / "o"
        )
        assert engine.settings == ProveSettings(
            theorems=("t", "A.t"),
            timeout=5.0,
            workers=3,
            budget=BudgetLimits(calls=7, seconds=1.5),
            resume=True,
            runtime=RuntimeChoice.NATIVE,
            project=specs,
        )
        assert (specs / "o").is_dir()

    def test_version(self) -> None:
        done = gentzen("--version")
        assert (done.code, done.out.split()[0]) == (0, "gentzen")

    def test_help_names_every_command(self) -> None:
        out = gentzen("--help").out
        assert all(command in out for command in ("prove", "check", "setup", "doctor"))

    def test_help_loads_nothing_heavy(self) -> None:
        code = (
            "import sys; from prover.cli import app\ntry: app(['prove', '--help'])\nexcept SystemExit: pass\n"
            "print({name.partition('.')[0] for name in sys.modules}, file=sys.stderr)"
        )
        loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stderr
        assert not any(f"'{name}'" in loaded for name in ("rich", "networkx", "httpx", "sqlite3", "pexpect", "psutil"))


def verdict(*targets: TargetVerdict, reasons: tuple[Reason, ...] = ()) -> FileVerdict:
    return FileVerdict(targets, reasons, "4.28.0", reference_sha256="r", candidate_sha256="c")


GOOD = TargetVerdict("Queue.pop_push", (), ("propext",), "abc", Level.L1)
BAD = TargetVerdict("evil", (Reason(Code.AXIOM, "cheat\x1b[2J"), Reason(Code.SORRY)), ("cheat",), "abd")


class TestCheck:
    @pytest.fixture
    def gate(self, specs: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[FileVerdict | Exception], list[Any]]:
        """Sets what the gate answers; returns the list of what it is asked (and "closed")."""
        calls: list[Any] = []

        def answering(answer: FileVerdict | Exception) -> list[Any]:
            def check_file(_session: object, candidate: str, reference: str | None, **options: Any) -> FileVerdict:
                calls.append((candidate, reference, options["allowed_axioms"]))
                if isinstance(answer, Exception):
                    raise answer
                return answer

            session = SimpleNamespace(info=RuntimeInfo("fake", "4.28.0"), close=lambda: calls.append("closed"))
            monkeypatch.setattr(cli_check, "check_file", check_file)
            monkeypatch.setattr(cli_check, "_open_session", lambda *_: session)
            return calls

        return answering

    def test_accepted(self, specs: Path, gate: Callable[..., list[Any]]) -> None:
        calls = gate(verdict(GOOD))
        (specs / "B.lean").write_text("theorem reference : True := sorry\n")
        done = gentzen("check", specs / "A.lean", "--against", specs / "B.lean", "--allow-axiom", "mine")
        assert (done.code, done.err) == (0, "")
        assert "accepted at level L1: 1 declaration checked against" in done.out
        text = "theorem t : True := sorry\n"
        assert calls == [(text, "theorem reference : True := sorry\n", ("mine",)), "closed"]

    def test_refused(self, specs: Path, gate: Callable[..., list[Any]]) -> None:
        gate(verdict(GOOD, BAD, reasons=(Reason(Code.NOT_READ, "#exit"),)))
        done = gentzen("check", specs / "A.lean")
        assert done.code == 1
        for line in ("Queue.pop_push: accepted, axioms: propext", "evil: refused", "AXIOM: cheat", "    SORRY\n"):
            assert line in done.out
        assert "the file NOT_READ: #exit" in done.out and "refused: 2 declarations checked" in done.out
        assert "\x1b" not in done.out

    def test_json(self, specs: Path, gate: Callable[..., list[Any]]) -> None:
        gate(verdict(GOOD, BAD))
        printed = json.loads(gentzen("check", specs / "A.lean", "--json").out)
        assert (printed["accepted"], printed["level"], printed["against"]) == (False, None, None)
        good, bad = printed["declarations"]
        assert (good["level"], good["axioms"], good["reasons"]) == ("L1", ["propext"], [])
        assert bad["level"] is None and [each["code"] for each in bad["reasons"]] == ["AXIOM", "SORRY"]

    @pytest.mark.parametrize(
        ("fault", "said"),
        [
            (UserError("The original file does not elaborate."), "gentzen: The original file does not elaborate."),
            (LimitHit("seconds", 600), "did not finish"),
            (MachineryError("the auditor died"), "the auditor died"),
        ],
    )
    def test_no_verdict(self, specs: Path, gate: Callable[..., list[Any]], fault: Exception, said: str) -> None:
        calls = gate(fault)
        done = gentzen("check", specs / "A.lean")
        assert (done.code, done.out, calls[-1]) == (2, "", "closed")
        assert said in done.err

    def test_bad_input(self, specs: Path, gate: Callable[..., list[Any]]) -> None:
        calls = gate(verdict())
        for words in (["nowhere.lean"], [specs], [specs / "A.lean", "--against", specs / "C.lean"]):
            assert gentzen("check", *words).code == 2
        assert calls == []


CHILD = """
import sys, threading
from prover import cli, cli_prove
from prover.report import FileReport

class Engine:
    def __init__(self, *_): pass
    def close(self): print("closed", file=sys.stderr, flush=True)
    def prove(self, file, progress):
        print("started", file=sys.stderr, flush=True)
        {body}
        name = str(file.path) + "x" * 100_000
        return FileReport(file=name, runtime="embedded", lean_version="4", level=None, targets=())

cli_prove._open_engine = Engine
cli.main()
"""


def start(specs: Path, body: str, *words: str, **options: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", CHILD.format(body=body), "prove", str(specs), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "GENTZEN_HOME": str(specs / "home")},
        **options,
    )


class TestRealProcess:
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_a_signal_closes_the_engine_and_says_how_to_go_on(self, specs: Path, number: signal.Signals) -> None:
        child = start(specs, "threading.Event().wait()")
        assert child.stderr is not None
        assert child.stderr.readline() == "started\n"
        child.send_signal(number)
        out, err = child.communicate(timeout=60)
        assert (child.returncode, out) == (130, "")
        assert err.startswith("closed\nInterrupted.") and "--resume" in err and "Traceback" not in err

    def test_a_reader_that_leaves_ends_it_quietly(self, specs: Path) -> None:
        child = start(specs, "pass", "--json")
        assert child.stdout is not None and child.stderr is not None
        child.stdout.close()
        err = child.stderr.read()
        assert child.wait(timeout=60) == 141
        assert err.replace("started\n", "").replace("closed\n", "") == ""

    def test_a_reader_of_the_table_that_leaves(self, specs: Path) -> None:
        child = start(specs, "pass")
        assert child.stdout is not None and child.stderr is not None
        child.stdout.close()
        err = child.stderr.read()
        assert child.wait(timeout=60) == 141
        assert "Traceback" not in err

    def test_a_terminal_gets_colour_and_live_progress(self, specs: Path) -> None:
        import pexpect

        environment = {**os.environ, "GENTZEN_HOME": str(specs / "home"), "TERM": "xterm-256color"}
        body = "progress.stage('A.lean', 'proving'); progress.attempt('A.lean', 't', 'grind'); input()"
        words = ["-c", CHILD.format(body=body), "prove", str(specs / "A.lean")]
        child = pexpect.spawn(
            sys.executable, words, env=environment, encoding="utf-8", dimensions=(40, 120), timeout=60
        )
        child.expect_exact("A.lean  proving")
        child.expect_exact("t: grind")
        child.sendline("")
        child.expect_exact("nothing to prove")
        child.expect(pexpect.EOF)
        child.close()
        assert child.exitstatus == 0
