"""Answers by content, in memory and on disk."""

from __future__ import annotations

import json
import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lean_project import cache as caching
from lean_project import wire
from lean_project.cache import ElaborationCache, elaboration_key, evaluation_key
from lean_project.model import (
    Binder,
    ClosedGoal,
    Command,
    Evaluation,
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
flags = st.booleans()
binders = st.lists(st.builds(Binder, texts, flags, flags, flags, flags), max_size=2).map(tuple)
rows = st.lists(st.lists(texts | numbers, max_size=3), max_size=3)
documents = st.fixed_dictionaries({"names": rows, "levels": rows, "exprs": rows, "constants": rows})
closed_goals = st.none() | st.builds(ClosedGoal, documents, binders)
goals = st.lists(st.builds(Goal, texts, flags, closed_goals, texts), max_size=2).map(tuple)
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


def some(name: str) -> tuple[tuple[Command, ...], float]:
    return (Command("theorem", 0, 5, (), (), (name,)),), 0.5


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


def details(value: tuple[Command, ...]) -> list[object]:
    """What equality of goals leaves out."""
    return [(goal.closed, goal.why_open) for command in value for hole in command.holes for goal in hole.goals]


@given(st.lists(commands, max_size=3).map(tuple))
def test_what_is_stored_is_read_back_equal(value: tuple[Command, ...]):
    read = wire.commands(json.loads(json.dumps(wire.from_commands(value))))
    assert read == value and details(read) == details(value)


@given(st.builds(Evaluation, st.none() | st.integers(0), st.lists(messages, max_size=2).map(tuple), texts))
def test_evaluations_are_read_back_equal(value: Evaluation):
    assert wire.evaluation(json.loads(json.dumps(wire.from_evaluation(value)))) == value


def test_numerals_beyond_those_that_python_reads_at_once():
    for value in (10**4000 - 1, 10**4000, 10**8000 + 7, 7 * 10**20_000 + 5, 1 << 100_000):
        read = wire.evaluation(wire.from_evaluation(Evaluation(value)))
        assert (read.value == value) is True


@pytest.mark.parametrize("numeral", ["", "-1", "1_0", "٣", "0x1", 3, " 1"])
def test_a_value_is_digits(numeral: object):
    with pytest.raises(ValueError, match="no numeral"):
        wire.evaluation({**wire.from_evaluation(Evaluation(None)), "value": numeral})


def test_evaluations_are_kept_apart_from_elaborations(tmp_path: Path):
    keys = {
        elaboration_key(INFO, "", ROOT, "x", Limits(), goals=True),
        evaluation_key(INFO, "", ROOT, "x", "n", Limits()),
        evaluation_key(INFO, "", ROOT, "x", "m", Limits()),
        evaluation_key(INFO, "", ROOT, "x", "n", Limits(heartbeats=3)),
    }
    assert len(keys) == 4
    value = Evaluation(1 << 100, stuck="⊢")
    ElaborationCache(tmp_path / "cache.db").put_evaluation("n", value)
    cache = ElaborationCache(tmp_path / "cache.db")
    assert cache.get_evaluation("n") == value == cache.get_evaluation("n")
    assert cache.get_evaluation("m") is None


def test_many_closed_goals_take_the_room_of_many_answers(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(caching, "TERMS", 10)
    document = {"names": [], "levels": [], "exprs": [["b", 0]] * 4, "constants": []}
    goal = Goal("⊢ p", True, ClosedGoal(document, ()))
    command = Command("theorem", 0, 5, (), (Hole(0, 5, Position(1, 0), "tactic", "t", (goal,)),))
    cache = ElaborationCache()
    for name in ("a", "b", "b", "c"):
        cache.put(name, (command,), 0.5)
    assert [cache.get(name) is None for name in ("a", "b", "c")] == [True, False, False]


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
        key(snapshot=ROOT.define({"names": ["x"]})),
        key(snapshot=ROOT.then('{"names":["x"]}')),
    ]
    assert len(set(keys)) == len(keys)
    assert key(limits=Limits(seconds=1.0)) == key()


def test_the_least_recently_used_answer_goes_first():
    cache = ElaborationCache(capacity=2)
    for name in ("a", "b"):
        cache.put(name, *some(name))
    assert cache.get("a") == some("a")
    cache.put("c", *some("c"))
    assert (cache.get("a"), cache.get("b"), cache.get("c")) == (some("a"), None, some("c"))


def test_a_file_outlives_its_cache_and_is_shared(tmp_path: Path):
    path = tmp_path / "new" / "cache.db"
    one, two = ElaborationCache(path), ElaborationCache(path)
    one.put("a", *some("a"))
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
    cache.put("a", *some("a"))
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
    cache.put("a", *some("a"))
    assert ElaborationCache(path).get("a") == some("a")


def test_a_full_disk_stops_nothing(tmp_path: Path):
    cache = ElaborationCache(tmp_path / "cache.db")
    assert cache._database is not None
    cache._database.execute("PRAGMA max_page_count = 4")
    for number in range(200):
        cache.put(str(number), *some("x" * number))
    assert "full" in cache.problem
    assert cache.get("199") == some("x" * 199)


def test_many_threads_share_it(tmp_path: Path):
    cache = ElaborationCache(tmp_path / "cache.db", capacity=10)
    wrong: list[str] = []

    def use(start: int) -> None:
        for number in range(start, start + 50):
            cache.put(str(number), *some(str(number)))
            if cache.get(str(number)) != some(str(number)):
                wrong.append(str(number))

    threads = [threading.Thread(target=use, args=(25 * each,)) for each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong and not cache.problem
    assert cache.get("0") == some("0")
