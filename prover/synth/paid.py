"""A session whose requests a budget pays for, one by one, before they are made."""

from __future__ import annotations

from concurrent.futures import Future

from lean_project.errors import LimitHit
from lean_project.model import Document, Elaboration, Evaluation, Limits, Opened, Replay, Snapshot
from lean_project.session import Session
from prover.counted import CountedSession
from search.budget import Budget

_LIMITS = Limits()


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

    def _pay(self) -> None:
        try:
            self._budget.reserve().commit()
        except LimitHit as hit:
            raise OutOfBudget(hit.kind, hit.limit, hit.detail) from hit

    def open(self, code: str, limits: Limits = _LIMITS) -> Opened:
        self._pay()
        return super().open(code, limits)

    def submit_elaborate(
        self,
        snapshot: Snapshot,
        code: str,
        limits: Limits = _LIMITS,
        *,
        goals: bool = False,
        keep: bool = False,
        fresh: bool = False,
    ) -> Future[Elaboration]:
        self._pay()
        return super().submit_elaborate(snapshot, code, limits, goals=goals, keep=keep, fresh=fresh)

    def submit_evaluate(self, snapshot: Snapshot, code: str, name: str, limits: Limits = _LIMITS) -> Future[Evaluation]:
        self._pay()
        return super().submit_evaluate(snapshot, code, name, limits)

    def export(self, snapshot: Snapshot, limits: Limits = _LIMITS, *, fresh: bool = False) -> Document:
        self._pay()
        return super().export(snapshot, limits, fresh=fresh)

    def replay(self, header: str, document: Document, limits: Limits = _LIMITS) -> Replay:
        self._pay()
        return super().replay(header, document, limits)
