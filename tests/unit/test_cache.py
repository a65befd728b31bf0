"""Answers by content, in memory and on disk."""

from __future__ import annotations

import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lean_project import wire
from lean_project.cache import ElaborationCache, elaboration_key
from lean_project.model import (
    Command,
    Goal,
    Hole,
    Limits,
    Message,
    Position,
    RuntimeInfo,
    Severity,
    Snapshot,
)

INFO = RuntimeInfo("embedded", "4.28.0", "abc")
ROOT = Snapshot("import Init\n")

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
numbers = st.integers(0, 10**6)
positions = st.builds(Position, numbers, numbers)
messages = st.builds(Message, st.sampled_from(Severity), texts, positions, st.none() | positions, texts)
goals = st.lists(st.builds(Goal, texts, st.booleans()), max_size=2).map(tuple)
holes = st.builds(Hole, numbers, numbers, positions, st.sampled_from(["tactic", "term"]), texts, goals)
commands = st.builds(
    Command,
    texts,
    numbers,
    numbers,
    st.lists(messages, max_size=3).map(tuple),
    st.lists(holes, max_size=3).map(tuple),
    st.lists(texts, max_size=3).map(tuple),
)


def some(name: str) -> tuple[Command, ...]:
    return (Command("theorem", 0, 5, (), (), (name,)),)


def key(code: str = "x", **changes: object) -> str:
    settings: dict[str, object] = {
        "info": INFO,
        "identity": "",
        "snapshot": ROOT,
        "limits": Limits(),
        "goals": False,
        **changes,
    }
    return elaboration_key(code=code, **settings)  # type: ignore[arg-type]


@given(st.lists(commands, max_size=3).map(tuple))
def test_what_is_stored_is_read_back_equal(value: tuple[Command, ...]):
    assert wire.commands(wire.from_commands(value)) == value


def test_the_key_holds_all_that_decides_the_answer():
    keys = [
        key(),
        key("y"),
        key(info=replace(INFO, runtime="native")),
        key(info=replace(INFO, lean_version="4.29.0")),
        key(info=replace(INFO, lean_commit="abd")),
        key(identity="another project"),
        key(snapshot=ROOT.then("x")),
        key(limits=Limits(heartbeats=5)),
        key(goals=True),
        key("", snapshot=ROOT.then("x")),
    ]
    assert len(set(keys)) == len(keys)
    assert key(limits=Limits(seconds=1.0)) == key()


def test_the_least_recently_used_answer_goes_first():
    cache = ElaborationCache(capacity=2)
    for name in ("a", "b"):
        cache.put(name, some(name))
    assert cache.get("a") == some("a")
    cache.put("c", some("c"))
    assert (cache.get("a"), cache.get("b"), cache.get("c")) == (some("a"), None, some("c"))


def test_a_file_outlives_its_cache_and_is_shared(tmp_path: Path):
    path = tmp_path / "new" / "cache.db"
    one, two = ElaborationCache(path), ElaborationCache(path)
    one.put("a", some("a"))
    assert two.get("a") == some("a")
    one.close()
    one.close()
    assert one.get("a") == some("a")
    two.close()
    assert ElaborationCache(path).get("a") == some("a")
    assert not one.problem and not two.problem


def test_a_file_that_is_no_database_is_given_up(tmp_path: Path):
    path = tmp_path / "cache.db"
    path.write_bytes(b"not a database" * 100)
    cache = ElaborationCache(path)
    cache.put("a", some("a"))
    assert cache.get("a") == some("a")
    assert str(path) in cache.problem
    assert path.read_bytes() == b"not a database" * 100


def test_a_folder_that_cannot_be_made_is_given_up(tmp_path: Path):
    (tmp_path / "file").touch()
    assert ElaborationCache(tmp_path / "file" / "cache.db").problem


@pytest.mark.parametrize("value", [b"", b"x\x9cgarbage", "text"])
def test_a_damaged_row_is_none(tmp_path: Path, value: object):
    path = tmp_path / "cache.db"
    ElaborationCache(path).close()
    with sqlite3.connect(path) as database:
        database.execute("INSERT INTO elaborations VALUES ('a', ?)", (value,))
    cache = ElaborationCache(path)
    assert cache.get("a") is None
    cache.put("a", some("a"))
    assert ElaborationCache(path).get("a") == some("a")


def test_a_full_disk_stops_nothing(tmp_path: Path):
    cache = ElaborationCache(tmp_path / "cache.db")
    assert cache._database is not None
    cache._database.execute("PRAGMA max_page_count = 4")
    for number in range(200):
        cache.put(str(number), some("x" * number))
    assert "full" in cache.problem
    assert cache.get("199") == some("x" * 199)


def test_many_threads_share_it(tmp_path: Path):
    cache = ElaborationCache(tmp_path / "cache.db", capacity=10)
    wrong: list[str] = []

    def use(start: int) -> None:
        for number in range(start, start + 50):
            cache.put(str(number), some(str(number)))
            if cache.get(str(number)) != some(str(number)):
                wrong.append(str(number))

    threads = [threading.Thread(target=use, args=(25 * each,)) for each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong and not cache.problem
    assert cache.get("0") == some("0")
