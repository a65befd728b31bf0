"""The search over all holes of a file at once: cheapest proposal first, whichever target it is for.

One thread schedules; the session's workers do the work. A target is left alone once it has a hint, has no proposals
left, or has used its time-box. What is tried next is the cheapest proposal over all targets, so an easy one late in
the file is not starved by a hard one before it.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from decompose.context import goal_context
from decompose.spec import SpecFile, Target
from decompose.text import Edit
from lean_project.errors import LimitHit, MachineryError
from lean_project.ledger import Attempt, Ledger, Outcome, attempt_key
from lean_project.model import Elaboration, Limits
from lean_project.session import Session
from prover.attempt import Slot, judge, limits_for, slot_of, target_key
from prover.proposals import Proposal, Proposer
from prover.report import Status
from prover.settings import Progress, ProveSettings
from prover.stage import answer, question
from search.budget import Budget, Reservation

ATTEMPT_SECONDS = 15.0
"""Wall clock for one attempt; heartbeats are meant to end it earlier."""

RETRY_HEARTBEATS = 60_000
RETRY_COST = 8.0
"""A proposal that ran out of heartbeats comes again with so many, at so many times its cost."""

LOOK_HEARTBEATS = 40_000

LOST_IN_A_ROW = 4
"""Attempts that the machinery may lose on one target, one after the other, before the target is given up."""

_KIND = "portfolio"


@dataclass
class Work:
    """A target being worked on.

    `seconds` is what its attempts took, waiting for a worker left out. `calls`: attempts made; `known`: those that an
    earlier run had made already; `lost`: those that the machinery lost. `status` is None while work goes on; PROVED
    here means that there is a `hint`. `conditional`: a hint that was given up because what it needs stayed open.
    `note`: what else there is to say about it. `open_goals`: what the best state left open. `tried`: tactics.
    """

    target: Target
    slot: Slot
    key: str
    proposals: Iterator[Proposal]
    hint: Proposal | None = None
    conditional: Proposal | None = None
    recalled: bool = False
    tidied: bool = False
    seconds: float = 0.0
    calls: int = 0
    known: int = 0
    lost: int = 0
    lost_in_a_row: int = 0
    running: int = 0
    looked_ahead: bool = False
    status: Status | None = None
    reason: str = ""
    note: str = ""
    open_goals: tuple[str, ...] = ()
    tried: set[str] = field(default_factory=set, repr=False)
    _next: Proposal | None = field(default=None, repr=False)
    _again: list[tuple[float, int, Proposal]] = field(default_factory=list, repr=False)

    def peek(self) -> Proposal | None:
        """The next proposal, None when there is none."""
        if self._next is None:
            self._next = next(self.proposals, None)
        if self._again and (self._next is None or self._again[0][0] < self._next.cost):
            return self._again[0][2]
        return self._next

    def take(self) -> Proposal:
        proposal = self.peek()
        assert proposal is not None
        if proposal is self._next:
            self._next = None
        else:
            heapq.heappop(self._again)
        return proposal

    def try_again(self, proposal: Proposal) -> None:
        """Lean gave up for want of heartbeats: again with more of them, once its turn comes at its higher cost."""
        if proposal.heartbeats < RETRY_HEARTBEATS:
            more = replace(proposal, heartbeats=RETRY_HEARTBEATS, cost=proposal.cost * RETRY_COST)
            heapq.heappush(self._again, (more.cost, len(self._again) + self.calls, more))

    def leave_out(self, unwanted: Callable[[Proposal], bool]) -> None:
        """Drop the proposals that are still to come and `unwanted`."""
        rest, first = self.proposals, self._next
        self._next = None
        coming = rest if first is None else chain([first], rest)
        self.proposals = (proposal for proposal in coming if not unwanted(proposal))
        self._again = [entry for entry in self._again if not unwanted(entry[2])]
        heapq.heapify(self._again)

    def settle(self, status: Status, reason: str = "") -> None:
        self.status, self.reason = status, reason


@dataclass(frozen=True, slots=True)
class _Running:
    work: Work
    proposal: Proposal
    edit: Edit
    key: str
    limits: Limits
    reservation: Reservation
    since: float


class Search:
    """Looks for a hint for every target. `run` may be called again after hints were revoked."""

    def __init__(
        self,
        spec: SpecFile,
        session: Session,
        targets: Sequence[Target],
        *,
        proposer: Proposer,
        settings: ProveSettings,
        budget: Budget,
        ledger: Ledger,
        run_id: str,
        progress: Progress,
    ) -> None:
        self.spec, self.session, self.settings, self.budget = spec, session, settings, budget
        self.ledger, self.run_id, self.progress = ledger, run_id, progress
        self.proposer = proposer
        self.timeout = settings.timeout
        self.works = [self._start(target) for target in targets]
        self._running: dict[Future[Elaboration], _Running] = {}

    def _start(self, target: Target) -> Work:
        slot = slot_of(self.spec, target)
        proposals = self.proposer.propose(goal_context(self.spec, target))
        work = Work(target, slot, target_key(self.session.info, slot), proposals)
        if self.settings.resume:
            self._recall(work)
        return work

    def _recall(self, work: Work) -> None:
        """What an earlier run knows: its checked proof, else the last candidate that worked in its slot."""
        proof = self.ledger.proof_for(work.key)
        hints = [each for each in self.ledger.attempts_for(work.key) if each.outcome is Outcome.PROVED_HINT]
        if proof is not None:
            work.hint = Proposal("ledger", proof.proof, 0.0, 0, helpers=_helpers(proof.verdict))
        elif hints:
            work.hint = Proposal(hints[-1].tactic, hints[-1].proposal, 0.0, 0, helpers=_helpers(hints[-1].extra))
        if work.hint is not None:
            work.recalled = True
            self._settle(work, Status.PROVED)

    def run(self) -> None:
        """Go on until every target is settled. Ctrl-C (or any fault) takes back what is under way and passes on."""
        try:
            self._look_ahead()
            while True:
                self._fill()
                if not self._running:
                    break
                done, _ = wait(self._running, return_when=FIRST_COMPLETED)
                for future in done:
                    self._finish(future)
        except BaseException:
            for future, running in self._running.items():
                self.session.cancel(future)
                running.reservation.release()
            self._running.clear()
            raise

    def _look_ahead(self) -> None:
        """Add the proposals for goals one step ahead (`prover.stage`), once for each target."""
        asked: list[tuple[Work, str, Future[Elaboration], Reservation]] = []
        try:
            for work in self.works:
                ahead = None if work.looked_ahead or work.status else question(self.spec, work.target, work.slot)
                work.looked_ahead = True
                hit = self.budget.exhausted()
                if ahead is not None and (hit is None or hit.kind == "tokens"):  # Tokens are a policy's.
                    code, stage = ahead
                    reservation = self.budget.reserve()
                    limits = Limits(ATTEMPT_SECONDS, LOOK_HEARTBEATS)
                    future = self.session.submit_elaborate(work.slot.snapshot, code, limits, goals=True)
                    asked.append((work, stage, future, reservation))
            for work, stage, future, reservation in asked:
                self._looked(work, stage, future, reservation)
        finally:
            for _, _, future, reservation in asked:
                self.session.cancel(future)
                reservation.release()

    def _looked(self, work: Work, stage: str, future: Future[Elaboration], reservation: Reservation) -> None:
        try:
            elaboration = future.result()
        except (LimitHit, MachineryError):
            return
        reservation.commit()
        work.calls += 1
        work.seconds += _spent(elaboration)
        context = answer(self.spec, work.target, work.slot, stage, elaboration)
        if context is not None:
            more = self.proposer.propose(context)
            work.proposals = heapq.merge(work.proposals, more, key=lambda proposal: proposal.cost)

    def revoke(self, work: Work, unproved: frozenset[str] = frozenset()) -> None:
        """The hint is refused, or needs one of the `unproved` declarations: go on with the other proposals."""
        refused = work.hint.tactics if work.hint else None
        work.conditional = work.conditional or (work.hint if unproved else None)
        work.hint, work.status, work.reason, work.tidied = None, None, "", False
        work.leave_out(lambda proposal: proposal.tactics == refused or bool(proposal.lemmas & unproved))

    def _fill(self) -> None:
        """Keep every worker busy, and one request waiting behind them."""
        while len(self._running) <= self.session.workers:
            ready = [work for work in self.works if self._can_go_on(work)]
            if not ready:
                return
            work = min(ready, key=lambda work: _cost(work.peek()))
            self._submit(work, work.take())

    def _can_go_on(self, work: Work) -> bool:
        """There is something to try. Settles the target when there is nothing, and nothing of it is under way."""
        if work.status is not None:
            return False
        if work.lost_in_a_row >= LOST_IN_A_ROW:
            self._end(work, Status.MACHINERY, f"{work.lost_in_a_row} attempts one after the other were lost to faults")
        elif work.seconds >= self.timeout:
            limit = f"limit of {self.timeout:g} seconds reached"
            self._end(work, Status.LIMIT, f"{limit} after {_tries(work)}")
        elif work.peek() is None:
            lost = f", {work.lost} of them lost to faults of the machinery" if work.lost else ""
            self._end(work, Status.OPEN, f"nothing in the portfolio proves it ({_tries(work)}{lost})")
        else:
            return True
        return False

    def _end(self, work: Work, status: Status, reason: str) -> None:
        if not work.running:
            self._settle(work, status, reason)

    def _settle(self, work: Work, status: Status, reason: str = "") -> None:
        work.settle(status, reason)
        self.progress.settled(self.spec.name, work.target.name, str(status))

    def _submit(self, work: Work, proposal: Proposal) -> None:
        code, edit = work.slot.candidate(proposal.tactics)
        limits = limits_for(proposal.heartbeats, self.timeout - work.seconds, ATTEMPT_SECONDS)
        key = attempt_key(self.session.info, work.slot.snapshot, code, limits)
        if self.settings.resume and (known := self.ledger.already_tried(key)) is not None:
            work.known += 1
            if known.limit_kind == "heartbeats":
                work.try_again(proposal)
            return
        try:
            reservation = self.budget.reserve()
        except LimitHit as hit:
            self._out_of_budget(hit)
            return
        self.progress.attempt(self.spec.name, work.target.name, proposal.label)
        work.tried.add(proposal.tactics)
        future = self.session.submit_elaborate(work.slot.snapshot, code, limits)
        work.running += 1
        self._running[future] = _Running(work, proposal, edit, key, limits, reservation, time.monotonic())

    def _out_of_budget(self, hit: LimitHit) -> None:
        for work in self.works:
            if work.status is None:
                self._settle(work, Status.LIMIT, f"{hit} (the budget of the run) after {_tries(work)}")
                self._cancel(work)

    def _cancel(self, work: Work) -> None:
        for future, running in self._running.items():
            if running.work is work:
                self.session.cancel(future)

    def _finish(self, future: Future[Elaboration]) -> None:
        running = self._running.pop(future)
        work = running.work
        work.running -= 1
        elapsed = min(time.monotonic() - running.since, running.limits.seconds)
        try:
            elaboration = future.result()
        except CancelledError:
            running.reservation.release()
            return
        except LimitHit as hit:
            if hit.kind == "cancelled":
                running.reservation.release()
                return
            self._record(running, Outcome.LIMIT, elapsed, limit_kind=hit.kind)
            if running.limits.seconds < ATTEMPT_SECONDS:  # The time-box ended it: with more time it may work.
                work.tried.discard(running.proposal.tactics)
            work.lost_in_a_row = 0
            return
        except MachineryError:
            self._record(running, Outcome.MACHINERY, elapsed, error_class="machinery")
            work.lost += 1
            work.lost_in_a_row += 1
            return
        judged = judge(work.slot, running.edit, elaboration)
        if judged.out_of_heartbeats:
            self._record(running, Outcome.LIMIT, _spent(elaboration), limit_kind="heartbeats", said=judged.said)
            work.try_again(running.proposal)
        else:
            outcome = Outcome.PROVED_HINT if judged.success else Outcome.FAILED
            self._record(running, outcome, _spent(elaboration), error_class=judged.error_class, said=judged.said)
        work.lost_in_a_row = 0
        if judged.success and work.hint is None:
            work.hint = running.proposal
            self._settle(work, Status.PROVED)
            self._cancel(work)

    def _record(
        self,
        running: _Running,
        outcome: Outcome,
        seconds: float,
        *,
        limit_kind: str = "",
        error_class: str = "",
        said: str = "",
    ) -> None:
        running.reservation.commit()
        running.work.calls += 1
        running.work.seconds += seconds
        self.ledger.append_attempt(
            Attempt(
                key=running.key,
                target_key=running.work.key,
                kind=_KIND,
                proposal=running.proposal.tactics,
                outcome=outcome,
                tactic=running.proposal.label,
                limit_kind=limit_kind,
                lean_seconds=seconds,
                error_class=error_class,
                extra={"said": said} if said else {},
                run_id=self.run_id,
            )
        )


def _cost(proposal: Proposal | None) -> float:
    return float("inf") if proposal is None else proposal.cost


def _spent(elaboration: Elaboration) -> float:
    """Seconds that this answer took now."""
    return 0.0 if elaboration.cached else elaboration.lean_seconds


def _helpers(record: Mapping[str, Any]) -> tuple[str, ...]:
    """The declarations that a proof in the ledger needs above its target."""
    return tuple(str(text) for text in record.get("lemmas", ()))


def _tries(work: Work) -> str:
    count = work.calls + work.known
    text = "1 attempt" if count == 1 else f"{count} attempts"
    return f"{text}, {work.known} of them in earlier runs" if work.known else text
