"""Grafting changes a slot and nothing else, and what leaves its slot is seen."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decompose.graft import aligned, escape, graft, grafted, grafts, indent, normalise, ungraft
from decompose.text import LineIndex, OverlappingEditsError, apply_edits
from lean_project.model import Command, Hole

TACTICS = st.lists(
    st.sampled_from(
        ["omega", "simp_all [f, g]", "induction xs <;> grind", "· exact ⟨x₁, «a b»⟩", "  rfl", 'exact "a\nb"']
    ),
    min_size=1,
    max_size=4,
).map("\n".join)
FILLER = st.text(alphabet=st.sampled_from(list("abλ→∀ \n\t«»:=().")), max_size=30)


def hole_at(code: str, number: int = 0, syntax: str = "tactic") -> Hole:
    """The number-th `sorry` of `code` (tests know their own text)."""
    data, start = code.encode(), -1
    for _ in range(number + 1):
        start = data.index(b"sorry", start + 1)
    return Hole(start, start + 5, LineIndex(code).position(start), syntax, "t")


def put(code: str, tactics: str, syntax: str = "tactic") -> str:
    return grafted(code, [(hole_at(code, 0, syntax), tactics)])


@pytest.mark.parametrize(
    ("code", "tactics", "syntax", "expected"),
    [
        ("theorem t : p := by sorry", "omega", "tactic", "theorem t : p := by omega"),
        ("theorem t : p := by\n  sorry", "intro x\nomega", "tactic", "theorem t : p := by\n  intro x\n  omega"),
        ("theorem t : p := sorry", "omega", "term", "theorem t : p := by omega"),
        ("theorem t : p := sorry", "intro x\nomega", "term", "theorem t : p := by\n  intro x\n  omega"),
        ("theorem t : p := f sorry x", "omega", "term", "theorem t : p := f (by omega) x"),
        ("def d := ⟨1, sorry⟩", "intro x\nomega", "term", "def d := ⟨1, (by intro x\n                 omega)⟩"),
        ("  constructor <;> sorry", "a <;> b", "tactic", "  constructor <;> (a <;> b)"),
        ("  (sorry; skip)", "a\nb", "tactic", "  ((a\n    b); skip)"),
        ("  · sorry", "a\nb", "tactic", "  · a\n    b"),
        ("  | inl h => sorry", "a\nb", "tactic", "  | inl h => a\n             b"),
        ("  sorry -- later", "a\nb", "tactic", "  a\n  b -- later"),
        ("  constructor <;>\n  sorry", "a\nb", "tactic", "  constructor <;>\n  (a\n   b)"),
        ("theorem é₁ : ∀ α, p α := by sorry", "a\nb", "tactic", f"theorem é₁ : ∀ α, p α := by a\n{' ' * 28}b"),
    ],
)
def test_layout(code: str, tactics: str, syntax: str, expected: str) -> None:
    assert put(code, tactics, syntax) == expected


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("by omega", "omega"),
        ("by\n    intro x\n    omega\n", "intro x\nomega"),
        ("\n  intro x\n    omega  \n\n", "intro x\n  omega"),
        ("bySomething", "bySomething"),
        ("by' x", "by' x"),
        ("simp\r\nomega\r\n", "simp\nomega"),
        ("omega -- easy", "omega"),
        ("omega /- open", "omega /- open"),
    ],
)
def test_candidates_are_normalised(given_text: str, expected: str) -> None:
    assert normalise(given_text) == expected


def test_lines_inside_strings_are_not_indented() -> None:
    assert indent('exact "a\nb"\nrfl', 4) == 'exact "a\nb"\n    rfl'


@settings(deadline=None)
@given(st.lists(FILLER, min_size=2, max_size=5), st.data())
def test_bytes_outside_the_slots_stay(fillers: list[str], data: st.DataObject) -> None:
    code = " sorry ".join(fillers)
    holes = [hole_at(code, k, data.draw(st.sampled_from(["tactic", "term"]))) for k in range(len(fillers) - 1)]
    proofs = [(hole, data.draw(TACTICS)) for hole in holes]
    edits = grafts(code, proofs)
    new = apply_edits(code, edits).encode()
    at = shift = 0
    for edit in edits:
        assert new[at + shift : edit.start + shift] == code.encode()[at : edit.start]
        shift += len(edit.replacement.encode()) - (edit.end - edit.start)
        at = edit.end
    assert new[at + shift :] == code.encode()[at:]


@settings(deadline=None)
@given(st.lists(FILLER, min_size=3, max_size=4), st.lists(TACTICS, min_size=3, max_size=3))
def test_grafts_commute_and_can_be_undone(fillers: list[str], tactics: list[str]) -> None:
    code = " sorry ".join(fillers)
    proofs = [(hole_at(code, k), tactics[k]) for k in range(len(fillers) - 1)]
    results = {grafted(code, order) for order in itertools.permutations(proofs)}
    assert len(results) == 1
    assert ungraft(results.pop(), grafts(code, proofs)) == code


@settings(deadline=None)
@given(st.lists(FILLER, min_size=3, max_size=3), TACTICS, TACTICS)
def test_one_after_the_other_is_the_same_as_at_once(fillers: list[str], first: str, second: str) -> None:
    code = " sorry ".join(fillers)
    late_first = grafted(code, [(hole_at(code, 1), second)])
    put_second = grafted(late_first, [(hole_at(late_first, 0), first)])
    if "\n" not in first + second and not code.partition("sorry")[2].partition("\n")[0].strip():
        assert put_second == grafted(code, [(hole_at(code, 0), first), (hole_at(code, 1), second)])


def test_two_proofs_for_one_hole_are_a_bug() -> None:
    code = "by sorry"
    with pytest.raises(OverlappingEditsError):
        grafted(code, [(hole_at(code), "rfl"), (hole_at(code), "omega")])


class TestEscape:
    code = "theorem t : p ∧ q := by constructor; sorry; sorry"

    def before(self) -> Command:
        size = len(self.code.encode())
        return Command("decl", 0, size, holes=(hole_at(self.code, 0), hole_at(self.code, 1)))

    def verdict(self, tactics: str, *after: Command) -> str:
        hole = self.before().holes[0]
        return escape([self.before()], after, [graft(self.code, hole, tactics)], [hole])

    def after(self, tactics: str, *, kind: str = "decl", end: int = 0, holes: int = 1) -> Command:
        new = put(self.code, tactics)
        found = [hole_at(new, k) for k in range(new.count("sorry"))][-holes:] if holes else []
        return Command(kind, 0, len(new.encode()) + end, holes=tuple(found))

    def test_an_honest_candidate_stays_inside(self) -> None:
        assert self.verdict("omega", self.after("omega")) == ""

    def test_further_commands(self) -> None:
        first = self.after("omega", end=-10)
        assert "slot" in self.verdict("omega", first, Command("decl", first.end, first.end + 10))
        assert "slot" in self.verdict("omega", self.after("omega"), Command("exit", 90, 95))

    def test_another_kind(self) -> None:
        assert "slot" in self.verdict("omega", self.after("omega", kind="axiom"))

    def test_swallowed_text(self) -> None:
        assert "slot" in self.verdict("omega /-", self.after("omega /-", end=-3))

    def test_no_command_at_all(self) -> None:
        assert "slot" in self.verdict("omega")

    def test_a_sorry_of_its_own(self) -> None:
        assert "of its own" in self.verdict("sorry", self.after("sorry", holes=2))

    def test_a_hole_that_vanished(self) -> None:
        assert "hides" in self.verdict("omega", self.after("omega", holes=0))


@given(
    st.lists(st.sampled_from(["simp", "  exact h", "", "· rfl", "    omega"]), min_size=1, max_size=5),
    st.integers(0, 9),
)
def test_alignment_undoes_indentation(lines: list[str], column: int) -> None:
    block = normalise("\n".join(["intro x", *lines]))
    blank_free = "\n".join(line if line.strip() else "" for line in block.split("\n"))
    assert aligned(indent(block, column), column) == blank_free


def test_alignment_keeps_what_stands_further_left() -> None:
    assert aligned("a\n  b\n    c", 4) == "a\nb\n  c" and aligned("a", 3) == "a"
