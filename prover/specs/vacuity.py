"""Theorems whose hypotheses nothing satisfies."""

from __future__ import annotations

from dataclasses import dataclass

from decompose.counterexample.gate import Effort, test_goal
from decompose.counterexample.verdict import Passed, Refuted
from decompose.definitions import Definitions
from decompose.spec import SpecFile
from lean_project.errors import LimitHit
from lean_project.model import Limits
from lean_project.session import Session
from prover.specs.claims import Claim
from prover.specs.proving import prove

EFFORT = Effort(batches=5, seconds=5.0, setup_seconds=20.0)
LIMITS = Limits(seconds=60.0)
_NAME = "gentzen_vacuous"
_BLOCKS = ("omega", "simp_all", "grind", "simp at *", "(intros; simp_all; omega)", "contradiction")


@dataclass(frozen=True, slots=True)
class Hypotheses:
    """`witness`: values that satisfy them, "" where none were found among `tests`. `proof`: the Lean theorem that there
    are none, where the trusted check accepted one. `reason`: why nothing is known."""

    claim: Claim
    witness: str = ""
    tests: int = 0
    proof: str = ""
    reason: str = ""

    @property
    def is_vacuous(self) -> bool:
        return not self.witness and not self.reason


def test_hypotheses(session: Session, spec: SpecFile, claim: Claim) -> Hypotheses:
    """Look for values that satisfy the hypotheses of `claim`; where there are none, for a proof of that.

    The program's own name may occur in them: then its body must be there. Raises MachineryError, LimitHit("cancelled").
    """
    base = spec.before(claim.command)
    statement = f"theorem {_NAME} : {claim.stated('False')} := by\n"
    try:
        stated = session.elaborate(base, statement + "  sorry\n", LIMITS, goals=True)
        goals = [goal.closed for hole in stated.holes for goal in hole.goals if goal.closed is not None]
        if any(message.is_error for message in stated.messages) or not goals:
            return Hypotheses(claim, reason="its hypotheses cannot be stated on their own")
        verdict = test_goal(session, base, goals[0], Definitions(session.export(base, LIMITS)), EFFORT)
    except LimitHit as hit:
        if hit.kind == "cancelled":
            raise
        return Hypotheses(claim, reason=str(hit))
    if isinstance(verdict, Refuted):
        return Hypotheses(claim, str(verdict) or "(no variables)", verdict.tests)
    if not isinstance(verdict, Passed):
        return Hypotheses(claim, reason=verdict.reason)
    if verdict.undecided:
        return Hypotheses(claim, reason="its hypotheses cannot be decided on some values")
    blocks = [f"intros\n{block}" for block in _BLOCKS]
    return Hypotheses(claim, "", verdict.tests, prove(session, spec, claim.command, statement, _NAME, blocks))
