"""A session whose requests a budget pays for, one by one, before they are made."""

from __future__ import annotations

from lean_project.errors import LimitHit
from lean_project.session import Session
from prover.counted import CountedSession
from search.budget import Budget


class OutOfBudget(LimitHit):
    """The budget of the run has no more calls or time. Unlike the limit of one request, it ends the work."""


def ends_the_work(hit: LimitHit) -> bool:
    """Whether a limit is more than one request's own."""
    return hit.kind == "cancelled" or isinstance(hit, OutOfBudget)


class PaidSession(CountedSession):
    """Raises OutOfBudget instead of a request that the budget has no more calls or time for."""

    def __init__(self, session: Session, budget: Budget) -> None:
        super().__init__(session)
        self._budget = budget

    def _ask(self) -> None:
        try:
            self._budget.reserve().commit()
        except LimitHit as hit:
            raise OutOfBudget(hit.kind, hit.limit, hit.detail) from hit
        super()._ask()
