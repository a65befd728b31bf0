"""Benchmarks of synthesis, without Lean: programs taken out of problems, tasks found, tables."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.synthesis import __main__ as command
from benchmarks.synthesis import kill
from benchmarks.synthesis.opened import main_program, problems, without_program
from benchmarks.synthesis.tasks import LEVELS, tasks

HEADER = """\
def helper (n : Nat) : Nat := n + 1
@[reducible]
def twice_precond (n : Nat) : Prop :=
  0 < n

/-- Doubles. -/
def twice (n : Nat) (h : twice_precond n) : Nat :=
  let rec go (k : Nat) : Nat :=
    match k with
    | 0 => 0
    | k + 1 => go k + 2
  go n

@[reducible]
def twice_postcond (n : Nat) (result : Nat) : Prop :=
  result = n + n"""
STATEMENT = "theorem twice_spec (n : Nat) (h : twice_precond n) :\n    twice_postcond n (twice n h) := by sorry"


def test_the_program_is_what_the_statement_is_about_and_gives_data() -> None:
    assert main_program(HEADER, STATEMENT) == "twice"
    assert main_program(HEADER, "theorem t : helper 1 = 2 := by sorry") == "helper"
    assert main_program(HEADER, "theorem t : 1 = 1 := by sorry") is None
    assert main_program(HEADER + "\n\ntheorem l : helper 1 = 2 := rfl", STATEMENT) is None


def test_only_the_body_is_taken_out() -> None:
    opened = without_program(HEADER, "twice")
    assert opened is not None
    assert "def twice (n : Nat) (h : twice_precond n) : Nat := sorry\n\n@[reducible]\ndef twice_postcond" in opened
    assert "go" not in opened and opened.startswith("def helper (n : Nat) : Nat := n + 1\n")


def test_equations_are_taken_out() -> None:
    assert without_program("def f : Nat → Nat\n  | 0 => 1\n  | n + 1 => f n", "f") == "def f : Nat → Nat := sorry\n\n"
    assert without_program("def g : Nat := 1", "f") is None


def test_statements_about_one_program_are_one_task(tmp_path: Path) -> None:
    lines = [
        {"id": "set/one_1", "split": "main", "header": HEADER, "statement": STATEMENT},
        {"id": "set/one_2", "split": "main", "header": HEADER, "statement": STATEMENT.replace("twice_spec", "again")},
        {
            "id": "set/two",
            "split": "hard",
            "header": "def f (n : Nat) : Nat := n",
            "statement": "theorem t : f 0 = 0 := sorry",
        },
        {
            "id": "set/three",
            "split": "hard",
            "header": "def p (n : Nat) : Prop := n = n",
            "statement": "theorem t : p 0 := sorry",
        },
    ]
    source = tmp_path / "set.jsonl"
    source.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    found = problems(source)
    assert [(each.group, each.name) for each in found] == [("set", "one_1"), ("set hard", "two")]
    assert found[0].text.count("theorem") == 2 and found[0].text.count("sorry") == 3


def test_other_lines_are_an_error(tmp_path: Path) -> None:
    source = tmp_path / "set.jsonl"
    source.write_text('{"id": "x"}\n', encoding="utf-8")
    with pytest.raises(ValueError, match="line 1"):
        problems(source)


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
