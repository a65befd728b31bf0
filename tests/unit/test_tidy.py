"""Alternatives read from text, and which of them stay. Lean is a table of texts that work."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prover.tidy import as_lines, introductions, spots, tried_facts, without_hygiene


def options(text: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(text[spot.start : spot.end], spot.options) for spot in spots(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("simp", []),
        ("first | simp | grind [f]", [("first | simp | grind [f]", ("simp", "grind [f]"))]),
        (
            "induction xs <;> (first | omega | (simp; done) | simp_all <;> grind)",
            [
                (
                    "(first | omega | (simp; done) | simp_all <;> grind)",
                    ("omega", "simp", "(simp_all <;> grind)"),
                )
            ],
        ),
        ("(intros; first | a | b)", [("first | a | b", ("a", "b"))]),
        (
            "first | a | (first | b | c)",
            [("first | a | (first | b | c)", ("a", "first | b | c")), ("(first | b | c)", ("b", "c"))],
        ),
        ("first\n  | a\n  | b\nsimp", [("first\n  | a\n  | b", ("a", "b"))]),
        ("first | exact h.first | rfl", [("first | exact h.first | rfl", ("exact h.first", "rfl"))]),
        ("-- first | a\nsimp", []),
        ("· first | a | b\n· simp", [("first | a | b", ("a", "b"))]),
        ("first | a |", []),
    ],
)
def test_alternatives_are_read(text: str, found: list[tuple[str, tuple[str, ...]]]) -> None:
    assert options(text) == found


@given(st.text(alphabet="first |()[]⟨⟩;\n abc·", max_size=60))
def test_any_text_is_read_without_a_fault(text: str) -> None:
    for spot in spots(text):
        assert 0 <= spot.start < spot.end <= len(text)
        assert all(option.strip() for option in spot.options)


def test_hygiene_goes_where_it_stands_over_everything() -> None:
    assert without_hygiene("set_option tactic.hygienic false in\n  cases h\n  simp") == "cases h\nsimp"
    assert without_hygiene("set_option tactic.hygienic false in\n  cases h\nsimp") is None
    assert without_hygiene("cases h") is None


def test_facts_that_were_tried_are_found_by_lines() -> None:
    text = "intro xs\n  try (have h : a := by simp; (omega))\n  try have k : b := c\ntry simp\nsimp"
    assert [(text[spot.start : spot.end], spot.options) for spot in tried_facts(text)] == [
        ("  try (have h : a := by simp; (omega))\n", ("", "  have h : a := by simp; (omega)\n")),
        ("  try have k : b := c\n", ("", "  have k : b := c\n")),
    ]


def test_blocks_on_one_line_become_lines() -> None:
    text = "(have h : ∀ a, f a = b := by (intro a; cases a <;> simp; (omega))); simp [h]"
    assert as_lines(text) == ("have h : ∀ a, f a = b := by\n  intro a\n  cases a <;> simp\n  omega\nsimp [h]")
    assert as_lines("simp") is None and as_lines("simp; omega") == "simp\nomega" and as_lines("a\nb; c") is None
    assert as_lines("rcases h with ⟨x, (y; z)⟩") is None
    assert as_lines("induction x <;> (simp; omega)") is None


def test_introductions_that_may_be_left_out() -> None:
    text = "induction x <;> (intros; simp; omega)"
    (spot,) = introductions(text)
    assert text[: spot.start] + spot.options[0] + text[spot.end :] == "induction x <;> (simp; omega)"
    (spot,) = introductions("(intros; first | a | b)")
    assert spot.options == ("first | a | b",)
    assert introductions("(intros; (a") == []


@given(st.text(alphabet="first |()[]⟨⟩;\n havebyintros:= ·", max_size=60))
def test_any_text_is_made_lines_without_a_fault(text: str) -> None:
    lines = as_lines(text)
    assert lines is None or _words(lines) == _words(text)
    assert all(0 <= spot.start < spot.end <= len(text) for spot in introductions(text))


def _words(text: str) -> str:
    """What is neither layout nor what separates or brackets steps."""
    return "".join(char for char in text if char not in " \n;()")
