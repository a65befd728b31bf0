"""Examples have no name, so what they state is read off their text."""

from __future__ import annotations

import pytest

from decompose.counterexample.targets import example_statement


@pytest.mark.parametrize(
    ("command", "stated"),
    [
        ("example : f 3 = 5 := by sorry", "f 3 = 5"),
        ("example (n : Nat) : n < 5 := by\n  sorry", "∀ (n : Nat), n < 5"),
        (
            "example {α : Type u} [Inhabited α] (xs : List α) : xs = [] := sorry",
            "∀ {α : Type u} [Inhabited α] (xs : List α), xs = []",
        ),
        ("/-- A remark: here. -/\nexample (h : 1 = 1) : (2 : Nat) = 3 := sorry", "∀ (h : 1 = 1), (2 : Nat) = 3"),
        ("@[simp] example : ∃ x : Nat, x = x := sorry", "∃ x : Nat, x = x"),
        ("example (f : Nat → Nat := id) : f 0 = 1 := sorry", "∀ (f : Nat → Nat := id), f 0 = 1"),
        ("example := 3", None),
        ("theorem t : 1 = 2 := sorry", None),
        ("example : 1 = 2", None),
    ],
)
def test_an_example_states(command: str, stated: str | None) -> None:
    assert example_statement(command) == stated
