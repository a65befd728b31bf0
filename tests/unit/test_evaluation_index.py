"""`python -m rl.data.index`: evaluation sets as hashes, kept between runs and over interruptions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lean_project.errors import LimitHit
from lean_project.fake import FakeSession, command
from lean_project.model import Command, Snapshot
from rl.data import decontaminate
from rl.data.decontaminate import Decontaminator, Entry, build_index
from rl.data.index import as_text, main, read_sets
from rl.data.rows import Theorem

NAMES = ("one", "two", "three")


def benchmark(folder: Path) -> Path:
    path = folder / "made_up.jsonl"
    rows = [
        {
            "id": name,
            "header": "",
            "statement": f"theorem {name} (a b : Nat) (h : a = {n}) : b + a = b + {n} := by sorry",
        }
        for n, name in enumerate(NAMES)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_a_set_is_read_once(tmp_path: Path) -> None:
    path, said = benchmark(tmp_path), list[str]()
    (read,) = read_sets([path], None, tmp_path / "kept", said.append)
    assert (read.items, read.by_goal) == (3, 0) and read.reasons == {"no Lean was asked": 3}
    assert read_sets([path], None, tmp_path / "kept", said.append)[0].sha256 == read.sha256
    assert "kept from an earlier run" in said[-1]
    kept = b"".join(each.read_bytes() for each in (tmp_path / "kept").iterdir())
    assert b"theorem" not in kept and b"Nat" not in kept, "hashes only"


def test_a_build_that_was_interrupted_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, folder = benchmark(tmp_path), tmp_path / "kept"
    whole = build_index([path], None)
    asked: list[str] = []
    real = decontaminate.entry_of

    def entry_of(name: str, problem: Any, *rest: Any) -> Entry:
        asked.append(problem.id)
        if len(asked) == 2:
            raise KeyboardInterrupt
        return real(name, problem, *rest)

    monkeypatch.setattr(decontaminate, "entry_of", entry_of)
    with pytest.raises(KeyboardInterrupt):
        build_index([path], None, folder=folder)
    assert build_index([path], None, folder=folder).entries == whole.entries
    assert asked.count(asked[0]) == 1, "what was read is not read again"
    assert not list(folder.glob("*.journal"))


def test_what_a_limit_of_the_machine_left_unread_is_asked_again(tmp_path: Path) -> None:
    """An item that took too long on a busy machine is not left to its text for good; one without a proof is."""
    slow = True

    def script(snapshot: Snapshot, code: str) -> list[Command]:
        if "theorem one" in code and slow:
            raise LimitHit("seconds", 60.0)
        if "theorem two" in code:
            raise LimitHit("heartbeats", 1000.0)
        return [command(0, len(code.encode()), declares=["three"])]

    path, folder, session = benchmark(tmp_path), tmp_path / "kept", FakeSession(script)
    one, two, three = build_index([path], session, folder=folder).entries
    assert (one.again, two.again, three.again) == (True, False, False) and "60 seconds" in one.unread
    slow = False
    before = len(session.calls)
    one, *rest = build_index([path], session, folder=folder).entries
    assert not one.again and "stand alone" in one.unread and rest == [two, three]
    assert len(session.calls) == before + 1
    build_index([path], session, folder=folder)
    assert len(session.calls) == before + 1, "nothing is left to ask"


def test_a_renamed_theorem_is_refused(tmp_path: Path) -> None:
    against = Decontaminator(build_index([benchmark(tmp_path)], None))

    def mine(text: str) -> Theorem:
        return Theorem(preamble="", command=text, name="mine", key="k", strict_key="s")

    assert against.theorem(mine("theorem mine (x y : Nat) (e : x = 1) : y + x = y + 1 := by sorry"))
    assert not against.theorem(mine("theorem mine (x y : Nat) (e : x = 1) : x + y = 1 + y := by sorry"))


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("GENTZEN_HOME", str(tmp_path / "home"))
    path = benchmark(tmp_path)
    assert main([str(path), "--texts"]) == 0
    shown = capsys.readouterr()
    assert shown.out.splitlines()[-1].split()[:4] == ["all", "3", "0", "3"]
    assert main([str(path), "--texts", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["items"] == 3
    assert main([str(tmp_path / "nothing"), "--texts"]) == 2
    failed = capsys.readouterr()
    assert failed.err.startswith("gentzen: ") and not failed.out
    assert as_text(()).splitlines()[-1].split() == ["all", "0", "0", "0", "0.0"]
