"""The ledger keeps what it acknowledged: through kill -9, a full disk, other processes, and attempts to edit it."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from privileges import without_privileges

from lean_project.errors import UserError
from lean_project.ledger import Attempt, Ledger, Outcome, Proof, attempt_key
from lean_project.model import Limits, RuntimeInfo, Snapshot

EMBEDDED = RuntimeInfo("embedded", "4.28.0", "abc")
START = Snapshot("import Init\n")


def attempt(number: int = 0, **changes: object) -> Attempt:
    values: dict[str, object] = {
        "key": f"key-{number}",
        "target_key": "target",
        "kind": "portfolio",
        "proposal": f"by simp -- {number} ∀ε",
        "outcome": Outcome.FAILED,
    }
    return Attempt(**{**values, **changes})  # type: ignore[arg-type]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "home" / "ledger.db") as opened:
        yield opened


def start_child(path: Path, code: str) -> subprocess.Popen[str]:
    prelude = (
        "import sys\nfrom pathlib import Path\nfrom lean_project.ledger import *\n"
        f"ledger = Ledger.open(Path({str(path)!r}), busy_seconds=60)\n"
    )
    return subprocess.Popen([sys.executable, "-c", prelude + code], stdout=subprocess.PIPE, text=True)


APPEND_FOR_EVER = """
number = 0
while True:
    ledger.append_attempt(Attempt(f'{TAG}-{number}', 'target', 'portfolio', 'x' * (number * 37 % 9000), Outcome.FAILED))
    if number % 7 == 0:
        ledger.append_proof(Proof(f'{TAG}-{number}', 'by simp', 'L1'))
    print(number, flush=True)
    number += 1
"""


class TestRecords:
    def test_an_attempt_comes_back_as_it_went_in(self, ledger: Ledger) -> None:
        given = attempt(
            1,
            outcome=Outcome.LIMIT,
            limit_kind="seconds",
            lean_seconds=1.5,
            calls=3,
            tokens=70,
            tactic="simp",
            error_class="timeout",
            extra={"b": [1, {"c": None}], "a": "ε"},
            run_id="run",
            created_at=12.25,
        )
        ledger.append_attempt(given)
        assert ledger.attempts_for("target") == [given]
        assert ledger.attempts_for("another") == []

    def test_the_ledger_dates_what_has_no_date(self, ledger: Ledger) -> None:
        ledger.append_attempt(attempt())
        assert isinstance(ledger.attempts_for("target")[0].created_at, float)

    def test_a_proof_comes_back_as_it_went_in(self, ledger: Ledger) -> None:
        given = Proof("t", "by\n  simp\n", "L1", ("propext",), "4.28.0", {"accepted": True}, "run", 3.0)
        ledger.append_proof(given)
        assert ledger.proof_for("t") == given
        assert ledger.proof_for("u") is None

    def test_the_best_proof_is_the_highest_level_then_the_newest(self, ledger: Ledger) -> None:
        for text, level in (("a", "L1"), ("b", "L2"), ("c", "L2"), ("d", "L1")):
            ledger.append_proof(Proof("t", text, level))
        found = ledger.proof_for("t")
        assert found is not None and found.proof == "c"

    def test_a_batch_is_all_or_nothing(self, ledger: Ledger) -> None:
        with pytest.raises(sqlite3.IntegrityError):
            ledger.append_attempts([attempt(1), attempt(2, calls=None)])
        ledger.append_attempts([])
        assert ledger.count("attempts") == 0
        ledger.append_attempts(attempt(n) for n in range(5))
        assert ledger.count("attempts") == 5

    def test_a_run_is_open_until_it_is_finished(self, ledger: Ledger) -> None:
        first = ledger.start_run("gentzen prove A.lean", {"workers": 2}, {"gentzen": "0.1.0"})
        second = ledger.start_run("gentzen prove B.lean")
        ledger.finish_run(first, 1)
        newest, oldest = ledger.runs()
        assert (newest.id, newest.exit_code, newest.ended_at) == (second, None, None)
        assert (oldest.id, oldest.exit_code, oldest.settings) == (first, 1, {"workers": 2})
        assert oldest.versions == {"gentzen": "0.1.0"} and oldest.ended_at is not None

    def test_counting_rows_of_something_else_is_a_bug(self, ledger: Ledger) -> None:
        with pytest.raises(ValueError, match="no table"):
            ledger.count("sqlite_schema")


class TestAlreadyTried:
    def test_only_attempts_that_say_something_count(self, ledger: Ledger) -> None:
        ledger.append_attempt(attempt(outcome=Outcome.MACHINERY))
        ledger.append_attempt(attempt(outcome=Outcome.LIMIT, limit_kind="cancelled"))
        assert ledger.already_tried("key-0") is None
        ledger.append_attempt(attempt(outcome=Outcome.LIMIT, limit_kind="seconds"))
        found = ledger.already_tried("key-0")
        assert found is not None and found.limit_kind == "seconds"

    def test_the_newest_wins(self, ledger: Ledger) -> None:
        ledger.append_attempt(attempt(outcome=Outcome.FAILED))
        ledger.append_attempt(attempt(outcome=Outcome.PROVED_HINT))
        found = ledger.already_tried("key-0")
        assert found is not None and found.outcome is Outcome.PROVED_HINT


class TestAttemptKey:
    def test_equal_content_gives_equal_keys(self) -> None:
        again = attempt_key(EMBEDDED, Snapshot("import Init\n"), "simp", Limits(seconds=60))
        assert again == attempt_key(EMBEDDED, START, "simp", Limits(seconds=60.0))
        assert len(again) == 64

    def test_every_part_counts(self) -> None:
        limits = Limits(5.0, 200)
        keys = {
            attempt_key(EMBEDDED, START, "simp", limits),
            attempt_key(RuntimeInfo("native", "4.28.0", "abc"), START, "simp", limits),
            attempt_key(RuntimeInfo("embedded", "4.29.0", "abc"), START, "simp", limits),
            attempt_key(RuntimeInfo("embedded", "4.28.0", "abd"), START, "simp", limits),
            attempt_key(RuntimeInfo("embedded", "4.28.0a", "bc"), START, "simp", limits),
            attempt_key(EMBEDDED, START.then("def a := 1\n"), "simp", limits),
            attempt_key(EMBEDDED, START, "simp ", limits),
            attempt_key(EMBEDDED, START, "simp", Limits(6.0, 200)),
            attempt_key(EMBEDDED, START, "simp", Limits(5.0, None)),
        }
        assert len(keys) == 9


def test_statistics_count_what_says_something_about_the_tactic(ledger: Ledger) -> None:
    ledger.append_attempts(
        [
            attempt(1, tactic="simp", outcome=Outcome.PROVED_HINT, lean_seconds=0.25, calls=1),
            attempt(2, tactic="simp", outcome=Outcome.FAILED, lean_seconds=0.5, calls=2),
            attempt(3, tactic="simp", outcome=Outcome.LIMIT, limit_kind="heartbeats", lean_seconds=1.0, calls=1),
            attempt(4, tactic="simp", outcome=Outcome.LIMIT, limit_kind="cancelled", lean_seconds=9.0),
            attempt(5, tactic="simp", outcome=Outcome.MACHINERY, lean_seconds=9.0),
            attempt(6, tactic="omega", outcome=Outcome.FAILED, lean_seconds=0.125),
            attempt(7, tactic="", outcome=Outcome.PROVED_HINT),
            attempt(8, tactic="cases", outcome=Outcome.JUSTIFIED),
        ]
    )
    found = ledger.tactic_statistics()
    assert set(found) == {"simp", "omega", "cases"}
    assert (found["cases"].tries, found["cases"].successes) == (1, 1)
    simp = found["simp"]
    assert (simp.tries, simp.successes, simp.lean_seconds, simp.calls) == (3, 1, 1.75, 4)
    assert simp.success_rate == pytest.approx(2 / 5)
    assert ledger.tactic_statistics("portfolio") == found and ledger.tactic_statistics("other") == {}


class TestAppendOnly:
    @pytest.mark.parametrize("table", ["attempts", "proofs", "runs", "run_ends"])
    @pytest.mark.parametrize("statement", ["UPDATE {} SET rowid = rowid + 1", "DELETE FROM {}"])
    def test_rows_cannot_be_edited(self, ledger: Ledger, table: str, statement: str) -> None:
        ledger.append_attempt(attempt())
        ledger.append_proof(Proof("t", "by simp", "L1"))
        ledger.finish_run(ledger.start_run("x"), 0)
        other = sqlite3.connect(ledger.path)
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            other.execute(statement.format(table))
        other.close()

    def test_a_row_cannot_be_replaced(self, ledger: Ledger) -> None:
        run = ledger.start_run("honest")
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            ledger._connection.execute("INSERT OR REPLACE INTO runs VALUES (?, 'forged', '{}', '{}', 0.0)", (run,))
        assert ledger.runs()[0].command == "honest"


class TestManyAtOnce:
    def test_threads_share_one_ledger(self, ledger: Ledger) -> None:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(ledger.append_attempt, (attempt(n) for n in range(400))))
        assert {a.key for a in ledger.attempts_for("target")} == {f"key-{n}" for n in range(400)}

    def test_processes_share_one_file_from_its_very_beginning(self, tmp_path: Path) -> None:
        path = tmp_path / "new" / "ledger.db"
        code = "for n in range(100): ledger.append_attempt(Attempt(f'{TAG}-{n}', 't', 'k', 'p', Outcome.FAILED))"
        children = [start_child(path, f"TAG = {tag}\n{code}") for tag in range(4)]
        for child in children:
            child.communicate()
        assert [child.returncode for child in children] == [0, 0, 0, 0]
        with Ledger.open(path) as ledger:
            assert {a.key for a in ledger.attempts_for("t")} == {f"{tag}-{n}" for tag in range(4) for n in range(100)}

    def test_a_writer_that_never_lets_go(self, ledger: Ledger) -> None:
        holder = sqlite3.connect(ledger.path, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        with Ledger.open(ledger.path, busy_seconds=0.05) as impatient:
            with pytest.raises(UserError, match=r"another process.*--resume"):
                impatient.append_attempt(attempt())
            holder.execute("ROLLBACK")
            impatient.append_attempt(attempt())
        holder.close()
        assert ledger.count("attempts") == 1


class TestKilled:
    def test_whatever_was_acknowledged_survives_kill_9(self, tmp_path: Path) -> None:
        path, rng, acknowledged = tmp_path / "ledger.db", random.Random(20), []
        for round_ in range(12):
            child = start_child(path, f"TAG = 'r{round_}'{APPEND_FOR_EVER}")
            assert child.stdout is not None
            numbers = [child.stdout.readline() for _ in range(rng.randrange(1, 120))]
            child.send_signal(signal.SIGKILL)
            numbers += [line for line in child.stdout if line.endswith("\n")]
            acknowledged += [f"r{round_}-{line.strip()}" for line in numbers]
            assert child.wait() == -signal.SIGKILL
            with Ledger.open(path) as ledger:
                assert set(acknowledged) <= {a.key for a in ledger.attempts_for("target")}
                for key in acknowledged:
                    assert int(key.rpartition("-")[2]) % 7 or ledger.proof_for(key) is not None
                assert ledger._connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"

    @pytest.mark.parametrize(
        "so_far",
        ["", "PRAGMA journal_mode = WAL;", "PRAGMA journal_mode = WAL; BEGIN IMMEDIATE; CREATE TABLE runs (id TEXT);"],
    )
    def test_while_the_file_was_being_made(self, tmp_path: Path, so_far: str) -> None:
        path = tmp_path / "ledger.db"
        code = (
            "import os, sqlite3\n"
            f"connection = sqlite3.connect({str(path)!r}, isolation_level=None)\n"
            f"connection.execute('PRAGMA user_version')\nconnection.executescript({so_far!r})\nos.kill(os.getpid(), 9)"
        )
        assert subprocess.run([sys.executable, "-c", code]).returncode == -signal.SIGKILL
        with Ledger.open(path) as ledger:
            ledger.append_attempt(attempt())
            assert ledger.count("attempts") == 1


class TestRefusals:
    def test_disk_full(self, ledger: Ledger) -> None:
        ledger.append_attempt(attempt(1))
        pages = ledger._connection.execute("PRAGMA page_count").fetchone()[0]
        ledger._connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(UserError, match=r"disk is full.*--resume"):
            ledger.append_attempt(attempt(2, proposal="x" * 100_000))
        with pytest.raises(UserError, match="disk is full"):
            ledger.append_proof(Proof("t", "y" * 100_000, "L1"))
        ledger._connection.execute("PRAGMA max_page_count = 100000")
        ledger.append_attempt(attempt(3, proposal="x" * 100_000))
        assert [a.key for a in ledger.attempts_for("target")] == ["key-1", "key-3"]

    def test_the_system_refuses_to_write(self, tmp_path: Path) -> None:
        path = tmp_path / "ledger.db"
        code = """
import resource
from lean_project.errors import UserError
ledger.append_attempt(Attempt('first', 'target', 'k', 'p', Outcome.FAILED))
size = Path(str(ledger.path) + '-wal').stat().st_size
resource.setrlimit(resource.RLIMIT_FSIZE, (size + 20_000, resource.RLIM_INFINITY))
try:
    ledger.append_attempt(Attempt('second', 'target', 'k', 'x' * 200_000, Outcome.FAILED))
except UserError as error:
    print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
ledger.append_attempt(Attempt('third', 'target', 'k', 'p', Outcome.FAILED))
"""
        child = start_child(path, code)
        output, _ = child.communicate()
        assert child.returncode == 0
        assert "disk" in output and "--resume" in output
        with Ledger.open(path) as ledger:
            assert [a.key for a in ledger.attempts_for("target")] == ["first", "third"]

    def test_a_folder_that_may_not_be_written(self) -> None:
        with without_privileges() as folder:
            folder.chmod(0o555)
            with pytest.raises(UserError, match="GENTZEN_HOME"):
                Ledger.open(folder / "ledger.db")
            with pytest.raises(UserError, match="GENTZEN_HOME"):
                Ledger.open(folder / "sub" / "ledger.db")
            folder.chmod(0o755)

    def test_a_ledger_that_may_not_be_written(self) -> None:
        with without_privileges() as folder:
            Ledger.open(folder / "ledger.db").close()
            (folder / "ledger.db").chmod(0o444)
            with Ledger.open(folder / "ledger.db") as ledger, pytest.raises(UserError, match="read-only"):
                ledger.append_attempt(attempt())

    def test_a_path_through_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(UserError, match="GENTZEN_HOME"):
            Ledger.open(tmp_path / "file" / "ledger.db")

    def test_not_a_database(self, tmp_path: Path) -> None:
        path = tmp_path / "ledger.db"
        path.write_bytes(b"theorem x : True := trivial\n" * 200)
        with pytest.raises(UserError, match="no SQLite file"):
            Ledger.open(path)
        assert path.read_bytes().startswith(b"theorem")

    def test_somebody_elses_database(self, tmp_path: Path) -> None:
        path = tmp_path / "ledger.db"
        other = sqlite3.connect(path)
        other.execute("CREATE TABLE bookmarks (url TEXT)")
        other.close()
        with pytest.raises(UserError, match="no ledger of gentzen"):
            Ledger.open(path)

    def test_a_ledger_of_a_later_version(self, ledger: Ledger) -> None:
        ledger._connection.execute("PRAGMA user_version = 99")
        with pytest.raises(UserError, match="schema 99"):
            Ledger.open(ledger.path)
