"""Goal keys, footprints and scores of goals that real Lean closes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from decompose.definitions import Definitions
from decompose.difficulty import FootprintDifficulty
from decompose.footprint import Library, Variant, footprint
from decompose.goalkey import goal_key, is_trivial_child
from decompose.score import Child, Counterexample, Justification, LeftOpen, from_json, rescore, score, to_json
from lean_project.model import ClosedGoal, Limits, Snapshot
from lean_project.pool import Pool

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
LIMITS = Limits(seconds=300)

pytestmark = pytest.mark.lean


@dataclass(frozen=True)
class File:
    """A program, and what may be asked about theorems that are stated after it."""

    pool: Pool
    base: Snapshot
    definitions: Definitions

    @classmethod
    def of(cls, pool: Pool, code: str) -> File:
        opened = pool.open("", LIMITS)
        assert opened.snapshot is not None
        elaboration = pool.elaborate(opened.snapshot, code, LIMITS)
        assert not elaboration.has_error, elaboration.messages
        return cls(pool, elaboration.snapshot, Definitions(pool.export(elaboration.snapshot, LIMITS)))

    def goals(self, theorem: str) -> list[ClosedGoal]:
        """What the holes of a theorem leave open."""
        elaboration = self.pool.elaborate(self.base, theorem, LIMITS, goals=True)
        assert not elaboration.has_error, [message.text for message in elaboration.messages]
        found = [goal for hole in elaboration.holes for goal in hole.goals]
        assert found
        assert all(goal.closed is not None for goal in found), [goal.why_open for goal in found]
        return [goal.closed for goal in found if goal.closed is not None]

    def goal(self, theorem: str) -> ClosedGoal:
        (found,) = self.goals(theorem)
        return found

    def key(self, theorem: str, *, strict: bool = False) -> str:
        return goal_key(self.goal(theorem), self.definitions, strict=strict)


PROGRAM = """
inductive Tree (α : Type) where
  | leaf : Tree α
  | node : Tree α → α → Tree α → Tree α

def Tree.size {α : Type} : Tree α → Nat
  | .leaf => 0
  | .node l _ r => l.size + 1 + r.size

def double (n : Nat) : Nat := n + n

def Small (n : Nat) : Prop := n < 10
"""


@pytest.fixture(scope="module")
def file(embedded: Pool) -> File:
    return File.of(embedded, PROGRAM)


ALIKE: list[list[str]] = [
    [
        "theorem t (x y : Nat) (h : x < y) (k : Small y) : double x < double y := by sorry",
        "theorem u (b a : Nat) (few : Small a) (less : b < a) : double b < double a := by sorry",
        "theorem u {b a : Nat} (less : b < a) (few : Small a) : double b < double a := by sorry",
        "theorem u : ∀ (x y : Nat), x < y → Small y → double x < double y := by sorry",
        "theorem u : ∀ (y x : Nat), Small y → x < y → double x < double y := by\n  intro a b h\n  sorry",
        "theorem u (x y z : Nat) (h h' : x < y) (k : Small y) (unused : List Nat) : double x < double y := by sorry",
        "theorem u (x y : Nat) (h : x < y) (k : Small y) : double x < double y := sorry",
        "theorem u (x y z : Nat) (h : x < y) (k : Small y) (other : Small z) : double x < double y := by sorry",
    ],
    ["theorem t (x y : Nat) (h : x < y) : double x < double y := by sorry"],
    ["theorem t (x y : Nat) (h : y < x) (k : Small y) : double x < double y := by sorry"],
    ["theorem t (x y : Nat) (h : x < y) (k : Small x) : double x < double y := by sorry"],
    ["theorem t (x y : Int) (h : x < y) : x + x < y + y := by sorry"],
    [
        "theorem t {α : Type u} {β : Type v} (f : α → β) (xs : List α) : (xs.map f).length = xs.length := by sorry",
        "theorem u {β : Type a} {α : Type b} (ys : List α) (g : α → β) : (ys.map g).length = ys.length := by sorry",
        "theorem u.{w, z} {γ : Type z} {δ : Type w} [DecidableEq γ] (zs : List γ) (g : γ → δ) :\n"
        "    (zs.map g).length = zs.length := by sorry",
    ],
    ["theorem t {α : Type u} (f : α → α) (xs : List α) : (xs.map f).length = xs.length := by sorry"],
    ["theorem t {α β : Type u} (f : α → β) (xs : List α) : (xs.map f).length = xs.length := by sorry"],
    [
        "theorem t {α : Type} (s t : Tree α) (h : s.size = 0) : s = .leaf := by sorry",
        "theorem u {β : Type} {r : Tree β} : r.size = 0 → r = .leaf := by sorry",
    ],
    [
        "theorem t (n : Nat) : let m := double n; m = m + 0 := by sorry",
        "theorem u (k : Nat) : let z := double k; z = z + 0 := by\n  intro y\n  sorry",
    ],
    ["theorem t (n : Nat) : double n = double n + 0 := by sorry"],
    ["theorem t (h : 0 < 0) (n : Nat) : double n = 1 := by sorry"],
    ["theorem t (n : Nat) : double n = 1 := by sorry"],
    ["theorem t (n : Nat) (h : n < 0) : False := by sorry"],
    ["theorem t (n : Nat) (h : double n < 0) : False := by sorry"],
]


def test_keys_are_equal_exactly_for_variants_of_one_goal(file: File) -> None:
    keys = [{file.key(theorem) for theorem in group} for group in ALIKE]
    assert [len(group) for group in keys] == [1] * len(ALIKE)
    assert len(set().union(*keys)) == len(ALIKE)


def test_strict_keys_keep_unrelated_hypotheses(file: File) -> None:
    *same, more = ALIKE[0]
    strict = {file.key(theorem, strict=True) for theorem in same}
    assert len(strict) == 1
    assert file.key(more, strict=True) not in strict


def test_the_same_program_in_another_file(embedded: Pool, file: File) -> None:
    theorem = "theorem t (x : Nat) (h : 0 < x) : x < double x := by sorry"
    elsewhere = File.of(embedded, "def unrelated : Nat := 3\n\ndef double (k : Nat) : Nat := k + k\n")
    renamed = File.of(embedded, "def Mine.twice (k : Nat) : Nat := k + k\n")
    other = File.of(embedded, "def double (k : Nat) : Nat := 2 * k\n")
    assert elsewhere.key(theorem) == file.key(theorem)
    assert renamed.key(theorem.replace("double", "Mine.twice")) == file.key(theorem)
    assert other.key(theorem) != file.key(theorem)


def test_trivial_children(file: File) -> None:
    goal = file.goal("theorem t (s : Tree Nat) (n : Nat) (h : s.size = n) (k : Small n) : double n < 20 := by sorry")

    def trivial(theorem: str) -> bool:
        return is_trivial_child(goal, file.goal(theorem), file.definitions)

    assert trivial("theorem u (m : Nat) (k : Small m) (r : Tree Nat) (e : r.size = m) : double m < 20 := by sorry")
    assert trivial("theorem u (m : Nat) (k : Small m) : double m < 20 := by sorry")
    assert trivial("theorem u (m : Nat) : double m < 20 := by sorry")
    assert not trivial("theorem u (m : Nat) (k : m < 10) : double m < 20 := by sorry")
    assert not trivial("theorem u (m : Nat) (k : Small m) : double m < 21 := by sorry")
    cases = file.goals(
        "theorem t (s : Tree Nat) : s.size = 0 → s = .leaf := by\n  cases s\n  · sorry\n  · intro h\n    sorry"
    )
    whole = file.goal("theorem u (s : Tree Nat) : s.size = 0 → s = .leaf := by sorry")
    assert not any(is_trivial_child(whole, case, file.definitions) for case in cases)


def targets(pool: Pool, name: str) -> list[tuple[str, ClosedGoal, Definitions]]:
    """The theorems of an example with a goal that can stand alone: name, goal, definitions before it."""
    text = (EXAMPLES / name).read_text(encoding="utf-8")
    opened = pool.open(text, LIMITS)
    assert opened.snapshot is not None
    body = text.encode()[opened.header_end :]
    whole = pool.elaborate(opened.snapshot, body.decode(), LIMITS, keep=True)
    found = []
    for command in whole.commands:
        if not command.holes or command.holes[0].declaration not in command.declarations:
            continue
        base = opened.snapshot.then(body[: command.start].decode())
        code = body[command.start : command.end].decode()
        (hole,) = pool.elaborate(base, code, LIMITS, goals=True).holes
        (goal,) = hole.goals
        if goal.is_prop and goal.closed is not None:
            found.append((hole.declaration, goal.closed, Definitions(pool.export(base, LIMITS))))
    return found


SPEC = {
    "InsertionSort.LowerBound.trans": (5, 16),
    "InsertionSort.lowerBound_insert": (8, 20),
    "InsertionSort.sorted_insert": (4, 20),
    "InsertionSort.sorted_sort": (4, 21),
    "InsertionSort.count_insert": (6, 24),
    "InsertionSort.count_sort": (5, 25),
    "InsertionSort.length_sort": (5, 19),
    "InsertionSort.mem_sort": (6, 20),
    "InsertionSort.sort_of_sorted": (5, 22),
    "InsertionSort.sort_sort": (4, 18),
    "InsertionSort.eq_of_sorted_of_count": (5, 26),
}
"""`surface` and `spec`; the same on every Lean runtime."""


def test_footprints_of_an_example(embedded: Pool) -> None:
    found = targets(embedded, "InsertionSort.lean")
    numbers = {
        name: tuple(footprint(goal, file, variant).value for variant in (Variant.SURFACE, Variant.SPEC))
        for name, goal, file in found
    }
    assert {name: numbers.get(name) for name in SPEC} == SPEC
    keys = [goal_key(goal, file) for _, goal, file in found]
    assert len(set(keys)) == len(keys)

    opened = embedded.open("", LIMITS)
    assert opened.snapshot is not None
    base, asked = opened.snapshot, list[str]()

    def lookup(names: Sequence[str]) -> dict[str, object]:
        asked.extend(names)
        return embedded.lookup(base, names, LIMITS)

    library = Library(lookup)
    for _, goal, file in found:
        everything = footprint(goal, file, Variant.ALL, lookup=library)
        assert everything.value > footprint(goal, file, Variant.SPEC).value
    assert len(asked) == len(set(asked))


def test_the_score_of_a_real_split(file: File) -> None:
    """Unfolding leaves a simpler goal, and the number survives the record bit for bit."""
    whole = file.goal("theorem t (n : Nat) (h : Small n) : double n < 20 := by sorry")
    left = file.goals("theorem t (n : Nat) (h : Small n) : double n < 20 := by\n  unfold Small double at *\n  sorry")
    d = FootprintDifficulty()
    children = [
        Child(
            f"case{i}",
            d.of(child, file.definitions),
            Counterexample.PASSED,
            is_trivial_child(whole, child, file.definitions),
        )
        for i, child in enumerate(left)
    ]
    result = score(
        d.of(whole, file.definitions),
        children,
        justification=Justification.ACCEPTED,
        source=d.source,
        variant=d.variant,
    )
    assert isinstance(result, LeftOpen)
    assert 0 < result.r < 1
    read = from_json(json.loads(json.dumps(to_json(result))))
    assert read == result == rescore(read.provenance)
