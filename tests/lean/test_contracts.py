"""The contract theory is proved, and what it says of a sampler is what the toolkit's own one does."""

from __future__ import annotations

from random import Random

import pytest

from lean_project import contracts
from lean_project.check.gate import check_file
from lean_project.check.verdict import Level
from lean_project.model import Limits
from lean_project.pool import Pool
from prover.policy.forbidden import Reason
from prover.policy.guarded import Contract, Refusal

LIMITS = Limits(seconds=300)
GUARANTEES = {
    "sample_post",
    "sample_eq_some",
    "sample_eq_none",
    "sample_mono",
    "guarded_meets",
    "guarded_eq_fallback",
    "abstaining_post",
    "abstaining_meets",
    "abstaining_isSome",
    "Meets.weaken",
    "Meets.seq",
    "MeetsIfAny.seq",
    "Meets.translate",
    "Meets.each",
    "MeetsIfAny.each",
    "Meets.both",
}

pytestmark = pytest.mark.lean


def test_every_theorem_is_proved(embedded: Pool) -> None:
    text = contracts.source() + "\n" + contracts.source(contracts.EXAMPLE)
    verdict = check_file(embedded, text, limits=LIMITS)
    assert verdict.accepted, [target for target in verdict.targets if not target.accepted]
    proved = {target.name for target in verdict.targets if target.level is Level.L1}
    assert {f"Gentzen.Contract.{name}" for name in GUARANTEES} | {"Gentzen.Sorting.sort_correct"} <= proved


def test_the_theory_stands_alone(embedded: Pool) -> None:
    assert check_file(embedded, contracts.source(), limits=LIMITS).accepted
    assert "import" not in contracts.source().split()


def _is_small(n: int) -> Refusal | None:
    return Refusal(Reason.TOO_LONG) if n > 9 else None


def test_the_toolkit_samples_as_the_theory_says(embedded: Pool) -> None:
    """The same answers, budgets and contract on both sides; `-1` stands for no answer."""
    small: Contract[int, int] = Contract("small", lambda n: n if n >= 0 else Refusal(Reason.NO_CODE), _is_small)
    random = Random(1)
    lines = [contracts.source(), "open Gentzen", "def small : Contract Nat Nat := ⟨fun _ => True, fun _ n => n ≤ 9⟩"]
    lines.append("instance (a b : Nat) : Decidable (small.post a b) := inferInstanceAs (Decidable (b ≤ 9))")
    for _ in range(40):
        answers = [random.choice((-1, 3, 8, 10, 12, 40)) for _ in range(random.randrange(6))]
        budget = random.randrange(7)
        table = ", ".join("none" if n < 0 else f"some {n}" for n in answers)
        component = f"(fun _ k => ([{table}] : List (Option Nat)).getD k none)"
        found = small.abstaining(answers, budget)
        lines.append(f"example : small.abstaining {component} {budget} 0 = {_option(found)} := by decide")
        value = small.guarded(answers, lambda: 5, budget)
        lines.append(f"example : small.guarded (fun _ => 5) {component} {budget} 0 = {value} := by decide")
    verdict = check_file(embedded, "\n".join(lines), limits=LIMITS)
    assert verdict.accepted, [target for target in verdict.targets if not target.accepted]


def _option(value: int | None) -> str:
    return "none" if value is None else f"some {value}"
