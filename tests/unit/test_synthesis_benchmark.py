"""Benchmarks of synthesis, without Lean: tasks found, tables."""

from __future__ import annotations

from pathlib import Path

from benchmarks.synthesis import __main__ as command
from benchmarks.synthesis import kill
from benchmarks.synthesis.tasks import LEVELS, tasks


def test_tasks_of_a_folder_are_the_specifications_alone(tmp_path: Path) -> None:
    found = list(command.specifications(command.FOLDER, tmp_path))
    assert {name for _, name, _ in found} == {task.name for task in tasks()}
    assert {level for level, _, _ in found} == set(LEVELS)
    assert {level for level, _, _ in command.in_turn(found)[:3]} == set(LEVELS)


def test_outcomes_are_counted_apart() -> None:
    rows = [
        {"group": "easy", "status": "verified", "calls": 10, "seconds": 2.0},
        {"group": "easy", "status": "machinery", "calls": 3, "seconds": 1.0},
        {"group": "hard", "status": "unproved", "calls": 90, "seconds": 9.0},
    ]
    assert command.table(rows) == [
        ["easy", 2, 1, 0, 0, 0, 1, 0, 10, 2.0],
        ["hard", 1, 0, 1, 0, 0, 0, 0, "", ""],
        ["all", 3, 1, 1, 0, 0, 1, 0, 10, 2.0],
    ]


def test_what_is_equal_or_allowed_is_not_wrong() -> None:
    counts = {"refuted": 18, "survived": 5, "equal": 2, "alike": 1, "allowed": 1, "missed": 1}
    row = {"level": "easy", "counts": counts, "correct": [["a", "survived", ""], ["b", "refuted", "x"]]}
    easy = dict(zip([*kill.COLUMNS, "rate", "bad"], kill.table([row])[0], strict=True))
    assert easy["mutants"] == 23 and easy["rate"] == round(100 * 18 / 19, 1) and easy["bad"] == "1 of 2"
