"""Programs taken out of problems, without Lean: JSON lines, Verina's tasks, and what is chosen of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lean_project.errors import UserError
from prover.synth.tasks import holds_tasks, main_program, read_tasks, select, without_program

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


def test_a_definition_whose_type_is_not_written_is_no_program() -> None:
    """Verina's postconditions are such: taken out, the file would not elaborate."""
    header = "def f (n : Nat) : Nat := n\n\ndef f_post (n : Nat) (result : Nat) :=\n  result = n\n"
    assert main_program(header, "theorem t (n : Nat) : f_post n (f n) := by sorry") == "f"


def test_a_condition_is_no_program_even_as_a_bool() -> None:
    """Some of CLEVER's postconditions are; the task would be to find one that holds."""
    header = "def f (n : Nat) : Nat := n\n\ndef f_postcond (n result : Nat) : Bool :=\n  result == n\n"
    assert main_program(header, "theorem t (n : Nat) : f_postcond n (f n) = true := by sorry") == "f"


def test_programs_in_mutual_blocks_are_left_out() -> None:
    header = "mutual\n  def f : Nat → Nat\n    | 0 => 0\n    | n + 1 => g n\n  def g : Nat → Nat\n    | n => n\nend"
    assert main_program(header, "theorem t : f 0 = 0 := by sorry") is None
    assert main_program(f"def h : Nat := 1\n\n{header}", "theorem t : h = 1 := by sorry") is None


def test_a_helper_goes_with_its_documentation() -> None:
    header = "/-- About go. -/\ndef go (n : Nat) : Nat := n\n\n/-- About f. -/\ndef f (n : Nat) : Nat := go n\n"
    assert without_program(header, "f") == "/-- About f. -/\ndef f (n : Nat) : Nat := sorry\n\n"


def test_signs_of_mathlib_are_declared_where_it_is_not_imported(tmp_path: Path) -> None:
    record = {"id": "set/one", "header": "def f (n : ℕ) : ℕ := n", "statement": "theorem t : f 0 = 0 := by sorry"}
    source = tmp_path / "set.jsonl"
    source.write_text(json.dumps(record), encoding="utf-8")
    (task,) = read_tasks(source)
    assert task.text.startswith('import Std\nlocal notation "ℕ" => Nat\ndef f (n : ℕ) : ℕ := sorry')
    source.write_text(json.dumps({**record, "imports": ["Mathlib"]}), encoding="utf-8")
    assert "notation" not in read_tasks(source)[0].text


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
    found = read_tasks(source)
    assert [(each.group, each.name) for each in found] == [("set", "one_1"), ("set hard", "two")]
    assert found[0].text.count("theorem") == 2 and found[0].text.count("sorry") == 3


def test_other_lines_are_an_error(tmp_path: Path) -> None:
    source = tmp_path / "set.jsonl"
    source.write_text('{"id": "x"}\n', encoding="utf-8")
    with pytest.raises(UserError, match="line 1"):
        read_tasks(source)


HELPED = """\
def low (n : Nat) : Nat := n

def solve (n : Nat) : Nat := low n + 1

def shared (n : Nat) : Nat := n

@[simp]
def unrelated (n : Nat) : Nat := n

def f (n : Nat) : Nat := solve n + shared n

def f_post (n r : Nat) : Prop := r = shared n + n + 1
"""


def test_helpers_that_only_the_program_used_go_with_it() -> None:
    opened = without_program(HELPED, "f", "theorem t (n : Nat) : f_post n (f n) := by sorry")
    assert opened is not None
    assert "solve" not in opened and "low" not in opened
    assert "def shared" in opened and "def unrelated" in opened and "@[simp]" in opened and "def f_post" in opened
    kept = without_program(HELPED, "f", "theorem t (n : Nat) : f_post n (f n) ∧ solve n = n + 1 := by sorry")
    assert kept is not None and "def solve" in kept and "def low" in kept


VERINA = """\
-- !benchmark @start import type=solution

-- !benchmark @end import

-- !benchmark @start code_aux
def go (n : Nat) : Nat := 3 * n
-- !benchmark @end code_aux

@[reducible]
def triple_precond (n : Nat) : Prop :=
  -- !benchmark @start precond
  True
  -- !benchmark @end precond

def triple (n : Nat) (h_precond : triple_precond n) : Nat :=
  -- !benchmark @start code
  go n
  -- !benchmark @end code

@[reducible]
def triple_postcond (n : Nat) (result : Nat) (h_precond : triple_precond n) : Prop :=
  -- !benchmark @start postcond
  result = n + n + n
  -- !benchmark @end postcond

-- !benchmark @start proof_aux
theorem helper : True := trivial
-- !benchmark @end proof_aux

theorem triple_spec_satisfied (n : Nat) (h_precond : triple_precond n) :
    triple_postcond n (triple n h_precond) h_precond := by
  -- !benchmark @start proof
  unfold triple; simp
  -- !benchmark @end proof
"""


@pytest.fixture
def verina_folder(tmp_path: Path) -> Path:
    for name in ("one", "two"):
        folder = tmp_path / "datasets" / name
        folder.mkdir(parents=True)
        (folder / "task.lean").write_text(VERINA.replace("triple", f"triple_{name}"), encoding="utf-8")
        (folder / "task.json").write_text(json.dumps({"id": f"made_{name}"}), encoding="utf-8")
    return tmp_path


def test_a_folder_of_verina_tasks(verina_folder: Path) -> None:
    found = read_tasks(verina_folder)
    assert len(found) == 2
    text = found[0].text
    assert "def triple_one (n : Nat) (h_precond : triple_one_precond n) : Nat := sorry\n" in text
    assert text.count("sorry") == 2 and "unfold" not in text and "benchmark" not in text and "helper" not in text
    assert "def go" not in text and text.index("triple_one_postcond (n") < text.index("theorem triple_one_spec")


def test_one_verina_task(verina_folder: Path) -> None:
    path = verina_folder / "datasets" / "two" / "task.lean"
    assert holds_tasks(path) and holds_tasks(verina_folder)
    (task,) = read_tasks(path)
    assert "triple_two" in task.text
    plain = path.with_name("plain.lean")
    plain.write_text(VERINA, encoding="utf-8")
    assert not holds_tasks(plain)
    path.write_text("def f : Nat := sorry\n", encoding="utf-8")
    assert not holds_tasks(path)


def test_tasks_are_chosen_by_name_or_id(tmp_path: Path) -> None:
    header, statement = "def f (n : Nat) : Nat := n", "theorem t (n : Nat) : f n = n := by sorry"
    ids = ["a/same", "b/same", "b/../../odd name"]
    lines = [{"id": each, "header": f"{header} + {i}", "statement": statement} for i, each in enumerate(ids)]
    source = tmp_path / "set.jsonl"
    source.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    found = read_tasks(source)
    assert [task.name for task in found] == ["same", "same-2", "odd_name"]
    assert select(found, None, source) == found
    assert select(found, "same-2", source) == select(found, "b/same", source) == [found[1]]
    with pytest.raises(UserError, match=r"called Same\. There are same, same-2"):
        select(found, "Same", source)
    with pytest.raises(UserError, match="no task with a program"):
        select([], None, source)
