"""What a sketch leaves open."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prover.policy.sketching import opened

OPEN = {
    "have h : p := by sorry\nexact h": "have h : p := ?_\nexact h",
    "have h :\n    p := by\n  sorry\nexact h": "have h :\n    p := ?_\nexact h",
    "refine ⟨?_, ?_⟩\n· sorry\n· simp": "refine ⟨?_, ?_⟩\nrotate_left\n· simp",
    "constructor\n. simp\n.   sorry -- hard": "constructor\n. simp\nrotate_left",
    "constructor\n·\n  sorry\n· rfl": "constructor\nrotate_left\n· rfl",
    "cases n with\n| zero => sorry\n| succ n => simp": "cases n with\n| zero => ?_\n| succ n => simp",
    "induction n with\n  | zero => rfl\n  | succ n ih =>\n    -- later\n    sorry\nomega": (
        "induction n with\n  | zero => rfl\n  | succ n ih => ?_\nomega"
    ),
    "match x with\n| some y => exact sorry\n| none => rfl": "match x with\n| some y => ?_\n| none => rfl",
    "intro h\nsorry": "intro h",
    "induction xs\nall_goals sorry": "induction xs",
}
CLOSED = [
    "simp",
    "sorry",
    "all_goals sorry",
    "exact sorry",
    "have h : p := by\n  have g : q := by sorry\n  exact g\nexact h",  # inside a step: it has to be closed there
    "constructor\n· intro x\n  sorry\n· rfl",
    "induction n with\n| zero => rfl\n| succ n ih =>\n  cases n with\n  | zero => sorry\n  | succ n => rfl",
    "have h : p := (by sorry) ▸ rfl\nexact h",
    "constructor <;> sorry\nsimp",
]


@pytest.mark.parametrize("text", OPEN, ids=range(len(OPEN)))
def test_whole_steps_cases_and_bullets_are_left(text: str) -> None:
    assert opened(text) == OPEN[text]


@pytest.mark.parametrize("text", CLOSED, ids=range(len(CLOSED)))
def test_everything_else_stays_as_it_is(text: str) -> None:
    assert opened(text) == text


LINES = st.sampled_from(
    [
        "simp",
        "· sorry",
        "· rfl",
        "| nil => sorry",
        "| a b => rfl",
        "induction n with",
        "have h : p := by sorry",
        "sorry",
        "",
    ]
)


@given(st.lists(LINES, min_size=1, max_size=8))
def test_only_open_parts_change(lines: list[str]) -> None:
    """What is opened stays so, and a text without `sorry` is not touched."""
    text = "\n".join(lines)
    once = opened(text)
    assert opened(once) == once or "sorry" in once
    closed = "\n".join(line for line in lines if "sorry" not in line)
    assert opened(closed) == closed
