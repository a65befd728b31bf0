"""Every published layout, on invented problems: what is loaded, what it is called, and how bad input is refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lean_project.errors import UserError
from prover.bench import defects
from prover.bench.jsonl import parse_map
from prover.bench.loading import Selection, choose, load, locate, parse_shard
from prover.bench.problems import Problem, git_source, normalised, statement_only, theorem_name, theorems, with_hole


def tree(root: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def lines(path: Path, *records: Mapping[str, object]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def by_id(found: list[Problem]) -> dict[str, Problem]:
    assert len({each.id for each in found}) == len(found)
    return {each.id: each for each in found}


HEADER = "import Mathlib\n\nopen Nat\n\n"


def test_minif2f_as_one_file_a_problem(tmp_path: Path) -> None:
    root = tree(
        tmp_path,
        {
            "MiniF2F/Valid/mathd_algebra_900.lean": HEADER + "theorem mathd_algebra_900 (x : ℕ) : x = x := by sorry",
            "MiniF2F/Test/imo_1900_p1.lean": HEADER + "theorem imo_1900_p1 : 1 = 1 := by sorry\n",
            "MiniF2F.lean": "import MiniF2F.Test.imo_1900_p1\n",
            ".lake/packages/x/Test/no.lean": "theorem no : True := sorry",
        },
    )
    found = by_id(load(root))
    assert set(found) == {"mathd_algebra_900", "imo_1900_p1"}
    assert [found[name].split for name in ("mathd_algebra_900", "imo_1900_p1")] == ["valid", "test"]
    assert found["mathd_algebra_900"].set == "miniF2F"
    assert found["mathd_algebra_900"].category == "mathd_algebra" and found["imo_1900_p1"].category == "imo"
    assert found["imo_1900_p1"].text.startswith("import Mathlib")
    assert found["imo_1900_p1"].source.file == "MiniF2F/Test/imo_1900_p1.lean"


def test_minif2f_as_two_files(tmp_path: Path) -> None:
    first = "theorem aime_1901_p1\n  (n : ℕ) :\n  n = n := by sorry\n\n"
    many = HEADER + first + "/-- two -/\nlemma amc12_1901_p2 : 2 = 2 :=\nsorry\n"
    root = tree(tmp_path, {"MiniF2F/Test.lean": many, "MiniF2F/Valid.lean": HEADER + "theorem a : 1 = 1 := sorry\n"})
    found = by_id(load(root))
    assert set(found) == {"aime_1901_p1", "amc12_1901_p2", "a"}
    assert found["amc12_1901_p2"].text == HEADER + "/-- two -/\nlemma amc12_1901_p2 : 2 = 2 := by sorry\n"
    assert found["amc12_1901_p2"].category == "amc" and found["a"].split == "valid"


VERINA = """-- !benchmark @start import type=solution
import Std
-- !benchmark @end import

@[reducible]
def triple_precond (n : Nat) : Prop :=
  -- !benchmark @start precond
  True
  -- !benchmark @end precond

def triple (n : Nat) (h_precond : triple_precond n) : Nat :=
  -- !benchmark @start code
  3 * n
  -- !benchmark @end code

-- !benchmark @start proof_aux
theorem helper : True := trivial
-- !benchmark @end proof_aux

theorem triple_spec_satisfied (n : Nat) (h_precond : triple_precond n) : triple n h_precond = n + n + n := by
  -- !benchmark @start proof
  {proof}
  -- !benchmark @end proof
"""


def test_verina(tmp_path: Path) -> None:
    root = tree(
        tmp_path,
        {
            "datasets/verina/verina_basic_900/task.lean": VERINA.replace("{proof}", "sorry"),
            "datasets/verina/verina_basic_900/task.json": json.dumps({"id": "verina_basic_900", "lean_file": "x"}),
            "datasets/verina/verina_advanced_901/task.lean": VERINA.replace("{proof}", "simp [triple]; omega"),
        },
    )
    found = by_id(load(root))
    assert set(found) == {"verina_basic_900", "verina_advanced_901"}
    given_away = found["verina_advanced_901"]
    assert given_away.text.rstrip().endswith("by\n  sorry") and "helper" not in given_away.text
    assert given_away.note and not found["verina_basic_900"].note
    assert (given_away.category, given_away.theorem) == ("advanced", "triple_spec_satisfied")
    assert given_away.file_sha256 == found["verina_basic_900"].file_sha256
    with pytest.raises(UserError, match="no task of Verina"):
        load(tree(tmp_path / "bad", {"a/task.lean": "theorem a : True := sorry"}))


CLEVER = """import Imports.AllImports

-- start_def problem_details
/-- docstring: doubles -/
-- end_def problem_details

-- start_def problem_spec
def problem_spec (impl: Nat → Nat) (n: Nat) : Prop := ∃ r, impl n = r ∧ r = n + n
-- end_def problem_spec

-- start_def generated_spec
def generated_spec (impl: Nat → Nat) (n: Nat) : Prop :=
-- end_def generated_spec
-- start_def generated_spec_body
sorry
-- end_def generated_spec_body

-- start_def implementation_signature
def implementation (n: Nat) : Nat :=
-- end_def implementation_signature
-- start_def implementation
2 * n
-- end_def implementation

-- start_def test_cases
#test implementation 2 = 4
-- end_def test_cases

-- start_def correctness_definition
theorem correctness (n: Nat) : problem_spec implementation n :=
-- end_def correctness_definition
-- start_def correctness_proof
by
exact given_away
-- end_def correctness_proof
"""


def test_clever(tmp_path: Path) -> None:
    (one,) = load(tree(tmp_path, {"src/lean4/human_eval/problem_7.lean": CLEVER}))
    assert (one.set, one.id, one.theorem) == ("CLEVER", "7", "correctness")
    assert one.text.startswith("import Imports.AllImports") and "generated" not in one.text and "#test" not in one.text
    assert "given_away" not in one.text and one.text.rstrip().endswith("implementation n := by sorry")
    assert "def implementation (n: Nat) : Nat :=\n2 * n" in one.text
    with pytest.raises(UserError, match="no section implementation_signature"):
        load(tree(tmp_path / "b", {"human_eval/problem_1.lean": CLEVER.replace("implementation_signature", "other")}))


def test_algoveri(tmp_path: Path) -> None:
    text = (
        "namespace Least\ndef least (a b : Nat) : Nat :=\n  -- !benchmark @start code\n  sorry\n"
        "theorem least_postcond_satisfied (a b : Nat) : least a b ≤ a := by\n  sorry\nend Least\n"
    )
    (one,) = load(tree(tmp_path, {"algoveri_data/least/lean_spec.lean": text, "algoveri_data/least/lean_nl.txt": "x"}))
    assert (one.set, one.id, one.text, one.theorem) == ("AlgoVeri", "least", text, "")


def test_proofnet_as_books_and_as_lines(tmp_path: Path) -> None:
    head = "import Mathlib\n\nopen Real\n\n"
    book = head + "theorem exercise_1_2 : (1 : ℕ) = 1 :=\nsorry\n\ntheorem exercise_1_3 : True :=\n  by\nsorry\n"
    found = by_id(load(tree(tmp_path / "books", {"formal/Artin.lean": book, "informal/Artin.tex": "x"})))
    assert set(found) == {"Artin/exercise_1_2", "Artin/exercise_1_3"}
    assert (
        found["Artin/exercise_1_3"].text == "import Mathlib\n\nopen Real\n\ntheorem exercise_1_3 : True := by sorry\n"
    )
    assert found["Artin/exercise_1_2"].category == "Artin"
    path = lines(
        tmp_path / "proofnet_lean4.jsonl",
        {
            "name": "Artin_exercise_1_2",
            "source": "Artin.lean",
            "header": "import Mathlib\n\nopen Real\n",
            "formal_statement": "theorem Artin_exercise_1_2 : (1 : ℕ) = 1 := sorry",
            "formal_proof": None,
        },
    )
    (one,) = load(path)
    assert (one.set, one.id, one.category, one.theorem) == (
        "ProofNet",
        "Artin_exercise_1_2",
        "Artin",
        "Artin_exercise_1_2",
    )


def test_putnam_with_and_without_an_answer(tmp_path: Path) -> None:
    answer = (
        "import Mathlib\n\nabbrev putnam_1899_a1_solution : ℕ → ℕ := sorry\n-- fun n => n + 1\n/-- words -/\n"
        "theorem putnam_1899_a1 (n : ℕ) : putnam_1899_a1_solution n = n + 1 :=\nsorry\n"
    )
    plain = "import Mathlib\n\ntheorem putnam_1899_b2 : True :=\n  sorry\n"
    root = tree(tmp_path, {"lean4/src/putnam_1899_a1.lean": answer, "lean4/src/putnam_1899_b2.lean": plain})
    found = by_id(load(root))
    assert ":=\n  fun n => n + 1\n/-- words -/" in found["putnam_1899_a1"].text
    assert found["putnam_1899_a1"].note and found["putnam_1899_a1"].category == "with an answer"
    assert found["putnam_1899_b2"].text == plain and found["putnam_1899_b2"].theorem == "putnam_1899_b2"


def test_human_eval_lean(tmp_path: Path) -> None:
    text = """module

/-!
# Problem 900

## Implementation
-/

def twice (n : Nat) : Nat :=
  n + n

/-!
## Tests
-/

example : twice 2 = 4 := by native_decide
example : twice 3 = 6 := by
  native_decide

/-!
## Missing API
-/

theorem Nat.helper {n : Nat} : n + 0 = n := by
  simp

/-!
## Verification
-/

/-- `twice` doubles. -/
theorem twice_eq {n : Nat} :
    twice n = 2 * n := by
  grind [twice]

/-!
## Prompt
-/
"""
    found = by_id(load(tree(tmp_path, {"HumanEvalLean/HumanEval900.lean": text, "HumanEvalLean.lean": "import X"})))
    assert set(found) == {"900_1", "900_2"}
    main = found["900_2"]
    assert (main.theorem, main.category) == ("twice_eq", "verification")
    assert found["900_1"].category == "missing api"
    assert main.text.endswith(
        "/-- `twice` doubles. -/\ntheorem twice_eq {n : Nat} :\n    twice n = 2 * n := by sorry\n"
    )
    assert "n + 0 = n := by\n  simp" in main.text and "grind" not in main.text
    assert "native_decide" not in main.text and "def twice" in main.text


def test_minictx(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "htpi.jsonl",
        {
            "srcContext": "import Mathlib\n\ndef s (x : ℕ) : ℕ := x * x\n\n",
            "theoremStatement": "lemma s_eq (x : ℕ) : s x = x ^ 2",
            "theoremName": "My.s_eq",
            "theoremCreated": {"commit": "abc123", "date": "2024-01-01"},
            "file": "My/Square.lean",
        },
    )
    (one,) = load(path)
    assert one.text == "import Mathlib\n\ndef s (x : ℕ) : ℕ := x * x\n\nlemma s_eq (x : ℕ) : s x = x ^ 2 := by sorry\n"
    assert (one.set, one.id, one.split, one.theorem) == ("miniCTX", "htpi/My.s_eq", "htpi", "s_eq")
    assert (one.source.commit, one.source.file) == ("abc123", "My/Square.lean")


@pytest.mark.parametrize("statement", ["theorem t : 1 = 1 := by\n", "theorem t : 1 = 1 := sorry", "theorem t : 1 = 1"])
def test_minif2f_as_lines(tmp_path: Path, statement: str) -> None:
    record = {"name": "t", "split": "test", "header": "import Mathlib\nopen Nat\n", "formal_statement": statement}
    (one,) = load(lines(tmp_path / "minif2f.jsonl", record))
    assert (one.set, one.split, one.theorem) == ("miniF2F", "test", "t")
    assert one.text.startswith("import Mathlib\nopen Nat\n\ntheorem t : 1 = 1 :=") and one.text.endswith("sorry\n")
    assert one.statement_sha256 == load(lines(tmp_path / "other.jsonl", {**record, "header": ""}))[0].statement_sha256


def test_gentzen_lines_for_core_and_for_mathlib(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "x_core.jsonl",
        {
            "id": "toy/one",
            "split": "easy",
            "source": "who/what@0123abc dir/file.lean",
            "license": "MIT",
            "imports": [],
            "header": "def f (n : ℕ) := n",
            "statement": "theorem one (n : ℕ) : f n = n := by sorry",
            "elaborates": ["noncomputable"],
        },
        {"id": "toy/two", "imports": ["Mathlib"], "header": "", "statement": "theorem two : True"},
    )
    one, two = load(path)
    assert one.text == (
        'import Std\n\nlocal notation "ℕ" => Nat\nnoncomputable section\ndef f (n : ℕ) := n\n\n'
        "theorem one (n : ℕ) : f n = n := by sorry\n"
    )
    assert (one.set, one.id, one.split, one.category) == ("toy", "one", "easy", "easy")
    assert (one.source.repository, one.source.commit, one.source.license) == ("who/what", "0123abc", "MIT")
    assert "noncomputable section" in one.note
    assert two.text == "import Mathlib\n\ntheorem two : True := by sorry\n"


def test_a_folder_of_lines_takes_the_core_form_of_a_problem(tmp_path: Path) -> None:
    folder = tmp_path / "toy"
    folder.mkdir()
    base = {"id": "toy/one", "statement": "theorem one : 1 = 1 := by sorry", "split": "test"}
    lines(folder / "all.jsonl", {**base, "imports": ["Mathlib"]}, {**base, "id": "toy/two", "imports": ["Mathlib"]})
    lines(folder / "core.jsonl", {**base, "imports": []})
    found = by_id(load(folder))
    assert found["one"].text.startswith("import Std") and found["two"].text.startswith("import Mathlib")


def test_any_lines_by_a_field_map(tmp_path: Path) -> None:
    path = lines(tmp_path / "mine.jsonl", {"goal": "theorem a : True", "key": 7, "above": "open Nat"})
    with pytest.raises(UserError, match=r"goal, key, above.*--map"):
        load(path)
    (one,) = load(path, fields=parse_map("statement=goal, id=key, header=above"))
    assert (one.set, one.id, one.text) == ("mine", "7", "open Nat\n\ntheorem a : True := by sorry\n")
    for bad in ("statement", "goal=statement", "id=key", "statement="):
        with pytest.raises(UserError):
            parse_map(bad)


def test_spec_files(tmp_path: Path) -> None:
    root = tree(
        tmp_path,
        {"easy/A.lean": "theorem a : True := sorry", "easy/A.proved.lean": "x", "B.lean": "theorem b : 1 = 1 := sorry"},
    )
    found = by_id(load(root))
    assert set(found) == {"easy/A", "B"}
    assert found["easy/A"].category == "easy" and found["easy/A"].theorem == ""
    (alone,) = load(root / "B.lean")
    assert alone.id == "B"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.jsonl", "", "holds no problem"),
        ("half.jsonl", '{"statement": "theorem a', "line 1, is not JSON"),
        ("list.jsonl", "[1]\n", "not a JSON object"),
        ("empty_field.jsonl", '{"id": "a", "statement": " "}\n', "no text in its field 'statement'"),
        ("number.jsonl", '{"id": "a", "statement": 3}\n', "no text in its field"),
        ("word.txt", "theorem", "neither a folder"),
        ("latin.jsonl", None, "not UTF-8"),
    ],
)
def test_bad_files_are_refused_in_one_paragraph(tmp_path: Path, name: str, content: str | None, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"\xff\xfe\n" if content is None else content.encode())
    with pytest.raises(UserError, match=said):
        load(path)


def test_bad_places_and_words_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GENTZEN_HOME", str(tmp_path / "home"))
    with pytest.raises(UserError, match=r"Add --fetch .*https://github\.com/yangky11/miniF2F-lean4"):
        locate("miniF2F")
    with pytest.raises(UserError, match="no benchmark of that name"):
        locate("nothing-like-it")
    with pytest.raises(UserError, match="neither Lean files nor JSON lines"):
        load(tmp_path)
    with pytest.raises(UserError, match="no format 'xml'"):
        load(tmp_path, "xml")
    (tmp_path / "home/benchmarks/verina").mkdir(parents=True)
    assert locate("verina") == tmp_path / "home/benchmarks/verina"
    with pytest.raises(UserError, match="no problem of format 'verina'"):
        load(tmp_path, "verina")
    for bad in ("0/2", "3/2", "1", "a/b"):
        with pytest.raises(UserError):
            parse_shard(bad)


def test_the_choice_of_problems() -> None:
    found = [Problem("s", str(i), f"{i}", f"{i}", split="test" if i % 2 else "valid") for i in range(20)]
    assert [each.id for each in choose(found, Selection("test", 4))] == ["1", "3", "5", "7"]
    parts = [choose(found, Selection(limit=7, shard=(i, 3))) for i in (1, 2, 3)]
    assert sorted(each.id for part in parts for each in part) == sorted(str(i) for i in range(7))
    with pytest.raises(UserError, match="Give one of test, valid"):
        choose(found, Selection("train"))


def test_defects_are_told_by_content() -> None:
    entries = defects.parse(
        '[{"set": "miniF2F", "id": "some_p1", "without": "∀ x", "reason": "one x", "source": "who"},'
        ' {"set": "x", "sha256": "HASH", "reason": "bad", "source": "who"}]'.replace(
            "HASH", Problem("x", "a", "", "theorem a : True := by sorry").statement_sha256
        )
    )
    bad = Problem("minif2f", "some_p1", "", "theorem some_p1 (h : f x = 1) : True := sorry")
    assert defects.defect_of(bad, entries) is entries[0]
    good = Problem("minif2f", "some_p1", "", "theorem some_p1 (h : ∀ x, f x = 1) : True := sorry")
    assert defects.defect_of(good, entries) is None
    assert defects.defect_of(Problem("y", "some_p1", "", bad.statement), entries) is None
    copy = Problem("x", "other", "", "lemma  a :\n  True -- a comment\n := sorry")
    assert defects.defect_of(copy, entries) is not None  # told by its statement, whatever its id
    for entry in ('[{"set": "s", "id": "a"}]', '[{"set": "s", "reason": "r", "source": "t"}]'):
        with pytest.raises(ValueError, match="an entry needs"):
            defects.parse(entry)


def test_the_list_of_defects_that_comes_along_is_in_order() -> None:
    known = defects.known_defects()
    assert len(known) >= 15 and all(each.source for each in known)
    assert len({(each.set, each.id, each.with_text) for each in known}) == len(known)


def test_a_checkout_tells_its_commit(tmp_path: Path) -> None:
    git = tmp_path / ".git"
    (git / "refs/heads").mkdir(parents=True)
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    (git / "refs/heads/main").write_text("0123456789abcdef0123456789abcdef01234567\n")
    (git / "config").write_text('[remote "origin"]\n\turl = https://github.com/who/what.git\n')
    source = git_source(tmp_path / "deep")
    assert (source.repository, source.commit[:7]) == ("who/what", "0123456")
    (git / "refs/heads/main").unlink()
    (git / "packed-refs").write_text("# pack\nfedcba refs/heads/main\n")
    assert git_source(tmp_path).commit == "fedcba"


def test_theorems_of_a_text() -> None:
    text = (
        "import X\n/-! # A\n## Lemmas -/\n@[simp] theorem a (h : (1 : Nat) = 1 := by rfl) : True := by\n  trivial\n"
        'private lemma b : "theorem no :=" = s := by\n  simp\n/- theorem c : False -/\ndef d := 1\n'
        "theorem «odd name» :\n    True\n  := sorry"
    )
    found = theorems(text)
    assert [each.name for each in found] == ["a", "b", "«odd name»"]
    assert found[0].heading == "Lemmas"
    assert statement_only(found[0].text) == "@[simp] theorem a (h : (1 : Nat) = 1 := by rfl) : True"
    assert theorem_name("def f := 1\ntheorem x.y : True") == "x.y" and theorem_name("def f := 1") == ""


@settings(deadline=None)
@given(st.sampled_from(["", " := by sorry", " := sorry", " := by\n", " :=\n", " := by -- later\n"]), st.booleans())
def test_a_statement_gets_exactly_one_hole_and_one_hash(ending: str, comment: bool) -> None:
    statement = ("/- about `sorry` -/\n" if comment else "") + "theorem t (n : Nat) : n = n"
    text = with_hole(statement + ending)
    assert text.endswith("sorry") and normalised(text) == normalised(statement) == "theorem t ( n : Nat ) : n = n"
    assert normalised(text.replace("theorem t", "lemma t  ")) == normalised(text)


def test_folders_that_only_look_like_a_benchmark_are_spec_files(tmp_path: Path) -> None:
    text = "theorem a : 1 = 1 := sorry"
    root = tree(tmp_path, {"Test/A.lean": text, "problem_1.lean": text, "Testing.lean": text})
    assert {each.id for each in load(root)} == {"Test/A", "problem_1", "Testing"}
    folder = tree(tmp_path / "deep", {"human_eval/problem_3.lean": CLEVER}) / "human_eval"
    assert [each.set for each in load(folder)] == ["CLEVER"]
