"""Assembly keeps only what the check accepts, and says why the rest is open."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toy_lean import ToyLean

from decompose.assembly import Judgement, assemble, comment_text, settle
from decompose.spec import SpecFile, load_spec
from decompose.text import apply_edits, decode, tokens
from lean_project.errors import MachineryError

FILE = b"""def f := 1\r
theorem one : f = 1 := by sorry
theorem two : f = 1 := by\r
  constructor; sorry; sorry\r
theorem three : f = 1 := by sorry
theorem hidden : f = 1 := by admit
"""


def load(data: bytes = FILE) -> SpecFile:
    return load_spec(decode(data), ToyLean())


class Check:
    """Accepts what `judge` says; remembers the texts."""

    def __init__(self, *answers: Judgement) -> None:
        self.answers, self.texts = list(answers), []  # type: list[Judgement], list[str]

    def __call__(self, text: str) -> Judgement:
        self.texts.append(text)
        return self.answers.pop(0)


def test_everything_accepted() -> None:
    spec = load()
    check = Check(Judgement(axioms={"one": ("propext",)}))
    result = settle(spec, {"one": "omega", "three": "simp\nrfl"}, {"two#1": "no idea", "two#2": "no idea"}, check)
    assert result.accepted == {"one": "omega", "three": "simp\n" + " " * 28 + "rfl"}
    assert result.axioms == {"one": ("propext",), "three": ()}
    assert result.level == "L1"
    assert result.render(spec) == (
        FILE.replace(b"one : f = 1 := by sorry", b"one : f = 1 := by omega")
        .replace(b"three : f = 1 := by sorry", b"three : f = 1 := by simp\n" + b" " * 28 + b"rfl")
        .replace(
            b"sorry; sorry",
            b"sorry /- gentzen: open (no idea) -/; sorry /- gentzen: open (no idea) -/",
        )
    )


def test_the_text_that_is_written_is_the_text_that_was_checked() -> None:
    spec = load()
    check = Check(Judgement(refused={"three": "bad axiom"}), Judgement())
    result = settle(spec, {"one": "omega", "three": "rfl"}, {}, check)
    assert check.texts[-1] == apply_edits(spec.text, result.edits)
    assert list(result.accepted) == ["one"]
    assert result.reasons == {"three": "bad axiom"}
    assert "sorry /- gentzen: open (bad axiom) -/" in check.texts[-1]


def test_nothing_found_needs_no_check() -> None:
    result = settle(load(), {}, {"one": "why"}, Check())
    assert result.level is None and result.accepted == {}


def test_a_proof_beside_an_open_hole_of_its_declaration_is_not_proved() -> None:
    result = settle(load(), {"two#1": "omega"}, {"two#2": "no idea"}, Check())
    assert result.reasons["two#1"] == "`omega` fills it, but `two#2` is still open"


def test_a_proof_that_rests_on_an_open_lemma_names_it() -> None:
    check = Check(Judgement(axioms={"three": ("propext", "sorryAx")}))
    result = settle(load(), {"three": "simp [one, hidden]"}, {"one": "no idea"}, check)
    assert result.reasons["three"] == (
        "`simp [one, hidden]` proves it, but uses `hidden` and `one`, which are still open"
    )


def test_a_refusal_brings_down_what_depends_on_it() -> None:
    check = Check(Judgement(refused={"one": "fraud"}), Judgement(axioms={"three": ("sorryAx",)}))
    result = settle(load(), {"one": "cheat", "three": "simp [one]"}, {}, check)
    assert result.accepted == {} and "`one`" in result.reasons["three"]


def test_nobody_blamed_means_one_by_one() -> None:
    fault = Judgement(fault="the file does not elaborate")
    check = Check(fault, Judgement(), fault, Judgement())
    result = settle(load(), {"one": "omega", "three": "rfl"}, {}, check)
    assert list(result.accepted) == ["one"]
    assert result.reasons["three"] == "the file does not elaborate"


def test_a_fault_of_the_machinery_is_not_a_refusal() -> None:
    def check(_: str) -> Judgement:
        raise MachineryError("died")

    with pytest.raises(MachineryError):
        settle(load(), {"one": "omega"}, {}, check)


def test_marks_of_an_earlier_run_are_replaced() -> None:
    spec = load(b"theorem t : p := by sorry /- gentzen: open (old) -/ -- mine\n")
    assert apply_edits(spec.text, assemble(spec, {}, {"t": "new"})) == (
        "theorem t : p := by sorry /- gentzen: open (new) -/ -- mine\n"
    )
    assert apply_edits(spec.text, assemble(spec, {"t": "rfl"}, {})) == "theorem t : p := by rfl -- mine\n"


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from(list("-/ \nab`λ")), max_size=300))
def test_a_reason_stays_inside_its_comment(reason: str) -> None:
    text = f"sorry /- gentzen: open ({comment_text(reason)}) -/ x"
    found = list(tokens(text))
    assert [token.text for token in found][::2] == ["sorry", "x"] and len(found) == 3
    assert "\n" not in text
