"""Texts of statements compared without Lean, decontamination by text and n-grams, files, rows, data sets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lean_project.check.verdict import Level
from lean_project.errors import UserError
from rl.data import dataset
from rl.data.dataset import Refused, decontaminated, deduplicated, read_dataset, write_dataset
from rl.data.decontaminate import Decontaminator, Overlap, Why, build_index
from rl.data.files import Journal, Record, dump, read_lines, sha256, write_lines
from rl.data.leandojo import Traced, from_json
from rl.data.ledger import likeness
from rl.data.rows import Completion, HardNegative, Provenance, Row, Theorem, read_row
from rl.data.text import grams, statement_words, text_key, variables
from rl.data.verify import read_lemma

REV = "theorem rev_rev (xs : List Nat) : rev (rev xs) = xs := by\n  sorry"
LONG = """theorem merge_sorted (xs ys : List Nat) (hx : Sorted xs) (hy : Sorted ys) :
    Sorted (merge xs ys) ∧ (merge xs ys).length = xs.length + ys.length := by sorry"""


def theorem(text: str = REV, key: str = "k1", preamble: str = "") -> Theorem:
    return Theorem(preamble=preamble, command=text, name="rev_rev", key=key, strict_key=f"s{key}")


def completion(proof: str = "simp", key: str = "k1", **changes: object) -> Completion:
    origin = Provenance(source="ledger", license="MIT", lean="4.28.0")
    values: dict[str, object] = {"theorem": theorem(key=key), "provenance": origin, "proof": proof}
    return Completion.model_validate({**values, **changes})


class TestText:
    def test_statements_are_compared_up_to_names_layout_and_the_empty_proof(self) -> None:
        same = [
            REV,
            "theorem other (ys : List ℕ) : rev (rev ys) = ys := sorry",
            "@[simp] lemma rev_rev\n    (a : List Nat) : -- a comment\n  rev (rev a) = a := by sorry",
        ]
        assert len({text_key(each) for each in same}) == 1
        for changed in (
            REV.replace("= xs", "= rev xs"),
            REV.replace("Nat", "Int"),
            REV.replace("rev (rev xs)", "flip (rev xs)"),
        ):
            assert text_key(changed) != text_key(REV)

    def test_with_its_definitions_their_names_do_not_count(self) -> None:
        above = "def rev : List Nat → List Nat\n  | [] => []\n  | x :: xs => rev xs ++ [x]\n"
        renamed = above.replace("rev", "back").replace("xs", "rest")
        assert text_key(REV, above) == text_key(
            REV.replace("(rev (rev", "(back (back").replace("rev (rev", "back (back"), renamed
        )
        assert text_key(REV, above) != text_key(REV, above.replace("[x]", "[x, x]"))

    def test_variables_are_what_a_statement_binds(self) -> None:
        found = statement_words(
            "theorem t {α : Type} (xs ys : List α) (h : 0 < n) : ∀ x ∈ xs, ∃ y, f x = y := by sorry"
        )
        assert variables(found) == {"α", "xs", "ys", "h", "x", "y"}

    def test_n_grams_do_not_see_names_or_places(self) -> None:
        renamed = LONG.replace("xs", "left").replace("ys", "right").replace("merge_sorted", "t")
        assert grams(LONG, 8) == grams(renamed, 8) != frozenset()
        longer = LONG.replace("(xs ys", "(n : Nat) (xs ys")
        assert len(grams(LONG, 8) & grams(longer, 8)) > 0.7 * len(grams(LONG, 8))
        assert grams(REV, 40) == frozenset()

    @given(st.text(), st.text())
    def test_hashes_of_texts_see_where_they_are_cut(self, first: str, second: str) -> None:
        assert (sha256(first, second) == sha256(first + second)) is False
        assert sha256(first, second) == sha256(first, second)


def benchmark(folder: Path, *statements: str) -> Path:
    path = folder / "made_up.jsonl"
    rows = [{"id": f"made_up/{number}", "statement": text, "header": ""} for number, text in enumerate(statements)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


class TestDecontamination:
    def test_a_renamed_benchmark_theorem_is_refused_without_lean(self, tmp_path: Path) -> None:
        against = Decontaminator(build_index([benchmark(tmp_path, REV, LONG)], None))
        hit = against.by_text("theorem mine (zs : List Nat) : rev (rev zs) = zs")
        assert hit is not None and (hit.why, hit.item) == (Why.TEXT, "0")
        near = LONG.replace("xs.length + ys.length", "xs.length + ys.length + 0").replace("xs", "a").replace("ys", "b")
        hit = against.by_text(near)
        assert hit is not None and hit.why is Why.GRAMS and hit.item == "1" and 0.8 <= hit.share < 1
        assert against.by_text("theorem other (n m : Nat) (h : n < m) : f n < f m ∧ g (f n) = g n") is None
        assert against.by_text("theorem app_rev (xs : List Nat) : rev (app xs xs) = xs") is None

    def test_only_hashes_are_kept(self, tmp_path: Path) -> None:
        folder = tmp_path / "kept"
        index = build_index([benchmark(tmp_path, LONG)], None, folder=folder)
        (path,) = folder.iterdir()
        assert "Sorted" not in path.read_text() and "merge" not in path.read_text()
        assert build_index([benchmark(tmp_path, LONG)], None, folder=folder) == index, "the second time it is read"
        assert build_index([benchmark(tmp_path, REV)], None, folder=folder).entries != index.entries

    def test_other_settings_make_another_index(self, tmp_path: Path) -> None:
        path = benchmark(tmp_path, LONG)
        folder = tmp_path / "kept"
        one = build_index([path], None, folder=folder)
        two = build_index([path], None, overlap=Overlap(n=12), folder=folder)
        assert one.entries[0].grams != two.entries[0].grams and len(list(folder.iterdir())) == 2

    def test_rows_and_the_report(self, tmp_path: Path) -> None:
        against = Decontaminator(build_index([benchmark(tmp_path, REV)], None))
        rows = [completion(), completion(key="k2", theorem=theorem("theorem a (n : Nat) : f n = n := by sorry", "k2"))]
        kept, refused, report = decontaminated(rows, against)
        assert [row.key for row in kept] == ["k2"]
        assert [(each.stage, each.reason) for each in refused] == [
            ("contamination", "text of made_up (made_up.jsonl): 0")
        ]
        assert (report.checked, report.by_reason, report.unread) == (2, {"text": 1}, 1)

    def test_a_place_without_problems_is_said(self, tmp_path: Path) -> None:
        with pytest.raises(UserError):
            build_index([tmp_path / "nothing.jsonl"], None)


class Point(Record):
    x: int


class TestFiles:
    def test_a_line_that_was_cut_off_is_left_out(self, tmp_path: Path) -> None:
        journal = Journal(tmp_path / "j")
        assert journal.read(Point) == []
        journal.append(Point(x=1))
        journal.append(Point(x=2))
        with journal.path.open("ab") as file:
            file.write(b'{"x":3')
        assert [each.x for each in journal.read(Point)] == [1, 2]
        journal.append(Point(x=4))
        assert [each.x for each in journal.read(Point)] == [1, 2, 4]

    def test_a_bad_line_is_named(self, tmp_path: Path) -> None:
        path = tmp_path / "rows.jsonl"
        write_lines(path, [Point(x=1)])
        path.write_text(path.read_text() + '{"y": 2}\n')
        with pytest.raises(UserError, match="line 2, is no Point"):
            read_lines(path, Point)

    @given(st.dictionaries(st.text(), st.integers(), max_size=5))
    def test_equal_values_are_equal_lines(self, value: dict[str, int]) -> None:
        assert dump(value) == dump(dict(reversed(value.items())))
        assert json.loads(dump(value)) == value


class TestRows:
    def test_rows_come_back(self) -> None:
        row = completion(lemmas=("theorem a : True := trivial",), weight=0.5)
        assert read_row(dump(row)) == row

    def test_weights_are_finite_and_not_negative(self) -> None:
        for weight in (-1.0, float("nan"), float("inf")):
            with pytest.raises(ValueError):
                completion(weight=weight)

    def test_ids_do_not_depend_on_provenance(self) -> None:
        other = completion(provenance=Provenance(source="library"), level="L1", weight=0.1)
        assert other.id == completion().id != completion("grind").id

    def test_the_view_states_the_theorem(self) -> None:
        own = theorem().model_copy(update={"stated": "(xs : List Nat) : rev (rev xs) = xs", "goal": "⊢ g"})
        assert own.view().code("by") == "theorem rev_rev (xs : List Nat) : rev (rev xs) = xs := by"

    def test_lemmas_are_read_back(self) -> None:
        lemma = read_lemma("theorem aux (n : Nat) : f n = (let x := n; x) := by\n  sorry")
        assert (lemma.name, lemma.statement) == ("aux", "(n : Nat) : f n = (let x := n; x)")
        with pytest.raises(ValueError):
            read_lemma("axiom aux : False")

    def test_likeness(self) -> None:
        assert likeness("simp [a, b]", "simp [a, b]") == 1 and likeness("simp", "grind") == 0
        assert 0.5 < likeness("induction xs <;> simp [a]", "induction xs <;> simp [b]") < 1


class TestDataset:
    def test_duplicates_go_and_the_checked_one_stays(self) -> None:
        rows: list[Row] = [completion(seconds=1.0), completion(level="L1"), completion("grind"), completion(key="k2")]
        kept, refused = deduplicated(rows)
        assert [(row.key, row.level) for row in kept] == [("k1", Level.L1), ("k1", Level.L0), ("k2", Level.L0)]
        assert [each.stage for each in refused] == ["duplicate"]

    def test_a_folder_and_its_card(self, tmp_path: Path) -> None:
        negative = HardNegative(
            theorem=theorem(), provenance=Provenance(source="ledger"), lemma="theorem a : 1 = 2 := by\n  sorry"
        )
        rows: list[Row] = [completion(level="L1"), completion("grind"), negative]
        refused = [Refused(id="x", kind="sketch", stage="verify", reason="Lean says no")]
        card = write_dataset(tmp_path / "set", rows, refused=refused, inputs={"A.lean": "0" * 64})
        assert card.counts == {"completion": 2, "negative": 1} and card.levels == {"L0": 2, "L1": 1}
        assert card.licenses == {"": 1, "MIT": 2} and card.refused == {"verify: sketch": 1}
        assert sorted(read_dataset(tmp_path / "set"), key=lambda row: row.id) == sorted(rows, key=lambda row: row.id)
        again = write_dataset(tmp_path / "again", list(reversed(rows)), refused=refused, inputs={"A.lean": "0" * 64})
        assert again == card, "the order of rows changes nothing"
        path = tmp_path / "set" / "completion.jsonl"
        path.write_text(path.read_text().replace("grind", "simp_all"))
        with pytest.raises(UserError, match="not the file that its card describes"):
            read_dataset(tmp_path / "set")

    def test_parquet_holds_the_same_rows(self, tmp_path: Path) -> None:
        pytest.importorskip("datasets")
        card = write_dataset(tmp_path, [completion(), completion("grind", key="k2")])
        assert set(card.files) == {"completion.jsonl", "completion.parquet", "refused.jsonl"}
        rows = dataset.read_parquet(tmp_path / "completion.parquet")
        assert sorted(rows, key=lambda row: row.id) == sorted(read_dataset(tmp_path), key=lambda row: row.id)


class TestLeanDojo:
    def test_a_split_of_a_benchmark(self, tmp_path: Path) -> None:
        path = tmp_path / "train.json"
        row = {"url": "u", "commit": "c", "file_path": "A.lean", "full_name": "a.b", "start": [3, 1], "end": [4, 7]}
        path.write_text(json.dumps([{**row, "traced_tactics": [{"tactic": "rfl"}]}, {**row, "traced_tactics": []}]))
        assert from_json(path) == [Traced("a.b", "A.lean", (3, 1), (4, 7), "u", "c")]
        path.write_text("{}")
        assert from_json(path) == []
        path.write_text('[{"traced_tactics": [1]}]')
        with pytest.raises(UserError, match="no split of a LeanDojo benchmark"):
            from_json(path)
