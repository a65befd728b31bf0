"""The check of disproofs: a theorem counts only if it is the negation of the target's own statement, proved."""

from __future__ import annotations

import pytest

from lean_project.check.gate import Reference, check_file
from lean_project.check.verdict import Code, TargetVerdict
from lean_project.pool import Pool

pytestmark = pytest.mark.lean

SPEC = """\
namespace Spec

def double (n : Nat) : Nat := n + n

variable {α : Type u}

theorem wrong (n : Nat) : double n = n := by
  sorry

theorem right (n : Nat) : double n = 2 * n := by
  sorry

theorem short (xs : List α) : xs.length < 2 := by
  sorry

theorem hollow (n : Nat) (h : n < 0) : double n = n := by
  sorry

example : double 1 = 1 := by sorry

example (n : Nat) : double n = 2 * n := by sorry

end Spec
"""


@pytest.fixture(scope="module")
def reference(embedded: Pool) -> Reference:
    return Reference.read(embedded, SPEC)


def judged(pool: Pool, reference: Reference, target: str, extra: str) -> TargetVerdict:
    candidate = SPEC.replace("end Spec\n", f"{extra}\n\nend Spec\n")
    verdict = check_file(pool, candidate, reference, disproofs={target: "Spec.no"}, fresh=False)
    assert not any(each.accepted for each in verdict.targets)
    return verdict.disproofs[0]


HONEST = {
    "closed": ("Spec.wrong", "theorem no : ¬ type_of% @wrong := fun h => absurd (h 1) (by decide)"),
    "as text": ("Spec.wrong", "theorem no : ¬ ∀ n, double n = n := fun h => absurd (h 1) (by decide)"),
    "by tactics": (
        "Spec.wrong",
        "theorem no : ¬ type_of% @wrong := by\n  intro h\n  have := h 3\n  simp [double] at this",
    ),
    "of an example": ("_gentzen_example.0", "theorem no : ¬ (double 1 = 1) := by decide"),
    "with a lemma": (
        "Spec.wrong",
        "theorem one : double 1 = 2 := rfl\n"
        "theorem no : ¬ type_of% @wrong := fun h => by have := h 1; simp [one] at this",
    ),
}
UNIVERSES = "theorem no : ¬ type_of% @short.{u} := fun h => absurd (@h (ULift Nat) [⟨0⟩, ⟨0⟩]) (by simp)"


@pytest.mark.parametrize("name", HONEST)
def test_a_negation_is_accepted(embedded: Pool, reference: Reference, name: str) -> None:
    target, text = HONEST[name]
    found = judged(embedded, reference, target, text)
    assert found.accepted, found.reasons


def test_a_negation_at_every_universe_is_accepted(embedded: Pool, reference: Reference) -> None:
    found = judged(embedded, reference, "Spec.short", UNIVERSES)
    assert found.accepted, found.reasons


FRAUDS = {
    "of another theorem": ("Spec.right", "theorem no : ¬ type_of% @wrong := fun h => absurd (h 1) (by decide)"),
    "of a stronger statement": (
        "Spec.right",
        "theorem no : ¬ ∀ n m, double n = 2 * n ∧ n = m := fun h => absurd (h 0 1) (by decide)",
    ),
    "of a statement with a hypothesis less": (
        "Spec.hollow",
        "theorem no : ¬ ∀ n, double n = n := fun h => absurd (h 1) (by decide)",
    ),
    "at one type only": (
        "Spec.short",
        "theorem no : ¬ ∀ xs : List Nat, xs.length < 2 := by\n  intro h; simpa using h [1, 2]",
    ),
    "with sorry": ("Spec.right", "theorem no : ¬ type_of% @right := by\n  intro h\n  sorry"),
    "from a false theorem of the file": (
        "Spec.right",
        "theorem no : ¬ type_of% @right := fun _ => absurd (wrong 1) (by decide)",
    ),
    "from an axiom": ("Spec.right", "axiom bad : False\ntheorem no : ¬ type_of% @right := fun _ => bad"),
    "no negation": ("Spec.wrong", "theorem no : ∃ n, double n ≠ n := ⟨1, by decide⟩"),
    "the target itself": ("Spec.right", "theorem no : type_of% @right := fun n => by simp [double]; omega"),
    "a definition": ("Spec.wrong", "def no : ¬ type_of% @wrong := fun h => absurd (h 1) (by decide)"),
    "another Not": (
        "Spec.right",
        "def Not (p : Prop) : Prop := p ∨ True\ntheorem no : Spec.Not (type_of% @right) := Or.inr trivial",
    ),
    "of another example": ("_gentzen_example.1", "theorem no : ¬ (double 1 = 1) := by decide"),
    "of an instance of an example": ("_gentzen_example.1", "theorem no : ¬ (double 1 = 3) := by decide"),
    "of an example that is not there": (
        "_gentzen_example.1",
        "example : double 1 = 1 := by sorry\ntheorem no : ¬ (double 1 = 1) := by decide",
    ),
    "missing": ("Spec.wrong", "theorem other : ¬ type_of% @wrong := fun h => absurd (h 1) (by decide)"),
    "in error": ("Spec.wrong", "theorem no : ¬ type_of% @wrong := fun h => absurd (h 0) (by decide)"),
}


@pytest.mark.parametrize("name", FRAUDS)
def test_what_is_no_proved_negation_is_refused(embedded: Pool, reference: Reference, name: str) -> None:
    target, text = FRAUDS[name]
    found = judged(embedded, reference, target, text)
    assert not found.accepted and found.reasons


def test_another_program_above_the_target_is_refused(embedded: Pool, reference: Reference) -> None:
    changed = SPEC.replace("n + n", "n + 1").replace("end Spec\n", HONEST["by tactics"][1] + "\nend Spec\n")
    verdict = check_file(
        embedded, changed, SPEC, disproofs={"Spec.right": "Spec.no", "Spec.wrong": "Spec.no"}, fresh=False
    )
    assert [each.accepted for each in verdict.disproofs] == [False, False]
    assert verdict.disproofs[1].reasons[0].code is Code.STATEMENT_CHANGED
