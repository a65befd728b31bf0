"""Proofs made shorter by real Lean: only where it accepts the shorter text in the same place."""

from __future__ import annotations

import pytest

from decompose.spec import load_spec
from decompose.text import decode
from lean_project.model import Limits
from lean_project.pool import Pool
from prover.attempt import slot_of
from prover.proposals import Proposal
from prover.tidy import Tidy
from search.budget import Budget, BudgetLimits

pytestmark = pytest.mark.lean

FILE = """def double (n : Nat) : Nat := n + n

theorem double_le (n : Nat) : n ≤ double n := by
  sorry
"""


def tidied(embedded: Pool, proposal: Proposal, budget: Budget | None = None) -> Proposal:
    spec = load_spec(decode(FILE.encode()), embedded, Limits(60.0), name="Double.lean")
    return Tidy(embedded, budget or Budget()).proof(slot_of(spec, spec.targets[0]), proposal)


@pytest.mark.parametrize(
    ("tactics", "wanted"),
    [
        ("unfold double; first | rfl | omega | grind", "unfold double\nomega"),
        ("cases n <;> (first | exact Nat.zero_le _ | (unfold double; omega))", "cases n <;> (unfold double; omega)"),
        (
            "cases n <;> (first | exact Nat.zero_le _ | exact Nat.succ_le_of_lt (by unfold double; omega))",
            "cases n <;> (first | exact Nat.zero_le _ | exact Nat.succ_le_of_lt (by unfold double; omega))",
        ),
        ("first | (first | rfl | grind [double]) | simp", "grind [double]"),
        ("set_option tactic.hygienic false in\n  unfold double\n  omega", "unfold double\nomega"),
        (
            "set_option tactic.hygienic false in\n  first | rfl | (have h : double n = n + n := rfl; (omega))",
            "have h : double n = n + n := rfl\nomega",
        ),
        ("simp [double]", "simp [double]"),
        (
            "try (have h : double n = n + n := rfl)\ntry (have k : 1 = 2 := by omega)\nomega",
            "have h : double n = n + n := rfl\nomega",
        ),
    ],
)
def test_the_alternative_that_worked_stays(embedded: Pool, tactics: str, wanted: str) -> None:
    assert tidied(embedded, Proposal("x", tactics, 1.0, 0)).tactics == wanted


def test_exact_gives_way_to_what_it_found(embedded: Pool) -> None:
    found = tidied(embedded, Proposal("x", "unfold double; exact?", 1.0, 0)).tactics
    assert found.startswith("unfold double\nexact ") and "exact?" not in found


def test_lemmas_above_are_tidied_too(embedded: Pool) -> None:
    lemma = "theorem double_eq (n : Nat) : double n = 2 * n := by\n  first | rfl | (unfold double; omega)"
    found = tidied(embedded, Proposal("x", "first | rfl | (rw [double_eq]; omega)", 1.0, 0, helpers=(lemma,)))
    assert found.tactics == "rw [double_eq]\nomega"
    assert found.helpers == ("theorem double_eq (n : Nat) : double n = 2 * n := by\n  unfold double; omega",)


def test_what_the_budget_does_not_pay_for_stays(embedded: Pool) -> None:
    text = "unfold double; first | rfl | omega"
    budget = Budget(BudgetLimits(calls=1))
    assert tidied(embedded, Proposal("x", text, 1.0, 0), budget).tactics == text
    assert budget.usage().calls == 1
