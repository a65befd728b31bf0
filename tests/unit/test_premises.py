"""Premise retrieval on libraries that fit on a page: the ranking, its laws, and the index file."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from termdoc import Builder, app, const

from decompose.definitions import Definitions
from lean_project.fake import FakeSession
from lean_project.model import LibraryTheorem, Snapshot
from prover.premises import PremiseIndex, Premises, own_theorems

LIBRARY = [
    ("List.length_append", ("Eq", "List.length", "HAppend.hAppend", "List")),
    ("List.length_map", ("Eq", "List.length", "List.map", "List")),
    ("List.map_map", ("Eq", "List.map", "Function.comp", "List")),
    ("Nat.add_comm", ("Eq", "HAdd.hAdd", "Nat")),
    ("Nat.gcd_comm", ("Eq", "Nat.gcd", "Nat")),
]
CONSTANTS = sorted({constant for _, constants in LIBRARY for constant in constants})
libraries = st.lists(
    st.tuples(st.text("abc", min_size=1, max_size=3), st.lists(st.sampled_from(CONSTANTS), max_size=5).map(tuple)),
    max_size=12,
)
goals = st.dictionaries(st.sampled_from([*CONSTANTS, "unknown"]), st.sampled_from([0.4, 1.0]), max_size=6)


def chosen(*constants: str, most: int = 2) -> list[str]:
    return PremiseIndex(LIBRARY).select(dict.fromkeys(constants, 1.0), most)


def test_what_is_rare_and_shared_comes_first() -> None:
    assert chosen("Eq", "List.length", "HAppend.hAppend", "List")[0] == "List.length_append"
    assert chosen("Nat.gcd", "Nat", "Eq")[0] == "Nat.gcd_comm"
    assert chosen("List.map", "List.length", "List", most=1) == ["List.length_map"]


def test_a_goal_about_nothing_known_has_no_premises() -> None:
    assert chosen("my.own.function") == [] == chosen()


def test_what_lean_derives_for_itself_is_left_out() -> None:
    names = ["S.mk.injEq", "f.eq_1", "f.eq_def", "S.mk.sizeOf_spec", "Lean.Meta.foo", "List.map_injective", "Nat.equal"]
    assert PremiseIndex((name, ("Nat",)) for name in names).names == ("List.map_injective", "Nat.equal")


@given(libraries, goals, st.integers(0, 15))
def test_the_ranking_is_the_formula(
    library: list[tuple[str, tuple[str, ...]]], goal: dict[str, float], most: int
) -> None:
    rows = {name: set(constants) for name, constants in library}
    for name, constants in library:
        rows[name] = set(constants)  # of equal names the last one counts
    index = PremiseIndex(library)
    weight = {
        each: math.log(1 + len(rows) / sum(each in row for row in rows.values()))
        for row in rows.values()
        for each in row
    }
    norm = {name: math.sqrt(sum(weight[each] ** 2 for each in row)) for name, row in rows.items()}
    score = {
        name: sum(goal[each] * weight[each] ** 2 for each in row & goal.keys()) / norm[name]
        for name, row in rows.items()
        if row & goal.keys()
    }
    found = index.select(goal, most)
    assert len(found) == min(most, len(score)) and len(set(found)) == len(found)
    assert [score[name] for name in found] == pytest.approx(sorted(score.values(), reverse=True)[: len(found)])


@given(libraries, goals)
def test_the_file_gives_the_same_index_back(library: list[tuple[str, tuple[str, ...]]], goal: dict[str, float]) -> None:
    index = PremiseIndex(library)
    again = PremiseIndex.from_json(json.loads(json.dumps(index.to_json())))
    assert again.names == index.names and again.select(goal, 20) == index.select(goal, 20)


@given(libraries, goals, st.integers(0, 3))
def test_the_files_own_theorems_are_ranked_with_the_librarys(
    library: list[tuple[str, tuple[str, ...]]], goal: dict[str, float], count: int
) -> None:
    """A copy of a library theorem has its score, so it comes right before it."""
    index = PremiseIndex(library)
    own = [(f"own.{name}", index.constants(name)) for name in index.names[:count]]
    found, plain = index.select(goal, 100, more=own), index.select(goal, 100)
    assert [name for name in found if not name.startswith("own.")] == plain
    scores = dict(zip(index.names, index.cosines(goal), strict=True))
    assert {name for name in found if name.startswith("own.")} == {
        f"own.{name}" for name in index.names[:count] if scores[name] > 0
    }
    ordered = [scores[name.removeprefix("own.")] for name in found]
    assert ordered == pytest.approx(sorted(ordered, reverse=True))


def test_what_only_the_file_knows_is_rarest() -> None:
    index = PremiseIndex(LIBRARY)
    goal = dict.fromkeys(("Eq", "List", "my.rev"), 1.0)
    assert index.select(goal, 1, more=[("rev_rev", ("Eq", "List", "my.rev"))]) == ["rev_rev"]


def test_the_files_theorems_come_with_their_constants_and_open_ones_do_not() -> None:
    document = Builder()
    for name in ("one", "two"):
        document.theorem(name, app(const("Foo"), const("bar")), const("proof"))
    document.axiom("three", const("Foo"))
    definitions = Definitions(document.document())
    assert own_theorems(definitions, {"two"}) == [("one", ("Foo", "bar"))]


class Counting:
    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, snapshot: Snapshot) -> list[LibraryTheorem]:
        self.asked += 1
        return [LibraryTheorem(name, "M", constants) for name, constants in LIBRARY]


def session(library: Counting) -> FakeSession:
    return FakeSession(lambda snapshot, code: [], library=library)


def test_a_library_is_indexed_once_for_its_imports(tmp_path: Path) -> None:
    library = Counting()
    for header in ("import A\n", "import A\n", "import B\n"):
        assert Premises.of(session(library), Snapshot(header), tmp_path).index.names[0] == "List.length_append"
    assert library.asked == 2


@pytest.mark.parametrize("damage", [b"", b"x", b"\x78\x9c\x03\x00\x00\x00\x00\x01"])
def test_a_damaged_file_is_made_again(tmp_path: Path, damage: bytes) -> None:
    library = Counting()
    Premises.of(session(library), Snapshot("import A\n"), tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_bytes(damage)
    assert len(Premises.of(session(library), Snapshot("import A\n"), tmp_path).index) == len(LIBRARY)
    assert library.asked == 2 and len(file.read_bytes()) > len(damage)


def test_without_a_place_to_keep_it_the_index_is_there_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert Premises.of(session(Counting()), Snapshot(""), tmp_path / "file").index.names
    assert Premises.of(session(Counting()), Snapshot(""), None).index.names
