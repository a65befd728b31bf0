"""Assembly keeps only what the check accepts, and says why the rest is open."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from toy_lean import ToyLean

from decompose.assembly import Disproof, Judgement, assemble, comment_text, settle
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


LEMMAS = {"three": ["theorem help : 1 = 1 := by\n  rfl", "theorem more : 2 = 2 := by\n  exact help"]}


def test_lemmas_stand_above_the_command_that_needs_them_in_order() -> None:
    spec = load()
    result = settle(spec, {"three": "exact more"}, {}, Check(Judgement()), LEMMAS)
    whole = result.render(spec)
    above = b"\r\n\r\n".join(text.encode().replace(b"\n", b"\r\n") for text in LEMMAS["three"])
    assert result.lemmas == {"three": tuple(LEMMAS["three"])}
    assert whole.replace(b"\r\n", b"\n") == FILE.replace(b"\r\n", b"\n").replace(
        b"theorem three : f = 1 := by sorry",
        above.replace(b"\r\n", b"\n") + b"\n\ntheorem three : f = 1 := by exact more",
    )


def test_lemmas_go_with_the_proof_that_needed_them() -> None:
    spec = load()
    check = Check(Judgement(refused={"three": "no"}))
    result = settle(spec, {"three": "exact more"}, {}, check, LEMMAS)
    assert result.lemmas == {} and b"help" not in result.render(spec)


def test_an_indented_command_keeps_its_column() -> None:
    spec = load(b"def f := 1\n  theorem t : f = 1 := by sorry\n")
    edits = assemble(spec, {"t": "rfl"}, {}, {"t": ["theorem help : 1 = 1 := rfl"]})
    assert apply_edits(spec.text, edits) == (
        "def f := 1\n  theorem help : 1 = 1 := rfl\n\n  theorem t : f = 1 := by rfl\n"
    )


class Refuter(Check):
    def __call__(self, text: str, disproofs: Mapping[str, str] | None = None) -> Judgement:
        self.texts.append(text)
        answer = self.answers.pop(0)
        assert answer.disproved <= set(disproofs or {})
        return answer


NO = {
    "one": Disproof("no_one", "theorem no_one : ¬ f = 1 := by x"),
    "three": Disproof("no", "theorem no : ¬ f = 1 := y"),
}


def test_disproofs_count_when_the_check_accepts_them() -> None:
    spec = load()
    check = Refuter(Judgement(disproved=frozenset({"one"})), Judgement(disproved=frozenset({"one"})))
    result = settle(spec, {}, {"one": "false", "three": "open"}, check, disproofs=NO)
    assert set(result.disproved) == {"one"} and not result.accepted and result.level == "L1"
    whole = result.render(spec)
    assert b"theorem no_one" in whole and b"theorem no :" not in whole
    assert check.texts[-1] == apply_edits(spec.text, result.edits)


def test_disproofs_never_cost_a_proof() -> None:
    spec = load()
    check = Refuter(Judgement(), Judgement(fault="broken", disproved=frozenset({"three"})))
    result = settle(spec, {"one": "rfl"}, {}, check, disproofs={"three": NO["three"], "one": NO["one"]})
    assert set(result.accepted) == {"one"} and not result.disproved
    assert b"theorem no" not in result.render(spec)
