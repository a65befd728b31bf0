"""What makes a search give the same answer on any machine: one worker, foretold costs, seeds, wide wall clocks."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from typing import Any

from lean_project.model import Elaboration, Evaluation, Limits, Snapshot
from lean_project.session import Session
from prover.counted import CountedSession
from search.allocation import Allocation
from search.domain import Goal, Kind, Move, Verdict
from search.outcome import Event, EventKind

CALL_SECONDS = 40.0
"""Wall clock of one call of a search: a net under its heartbeats, so that a busy machine changes nothing."""
_LIMITS = Limits()


class ForetoldCosts(Allocation):
    """Chances are learned, costs are not: measured seconds would make a search depend on the machine."""

    def cost(self, move: Move, difficulty: float) -> float:
        return max(move.cost, 1e-3)


class Drawn:
    """Late moves (`prover.later`) that are a goal's finishing moves in an order drawn by seed, the same for equal
    goals: samples without a ranking."""

    slots = 0

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def moves(self, goal: Goal, moves: Iterator[Move]) -> Iterator[Move]:
        found = [move for move in moves if move.kind is Kind.COMPLETE]
        random.Random(f"{self._seed} {goal.key}").shuffle(found)
        yield from found

    def rest(self) -> None:
        """Nothing is under way."""


class OneWorker(CountedSession):
    """A pool as if it had one worker. Wall clocks are wide and heartbeats capped. `lean_seconds`: Lean's own."""

    def __init__(self, session: Session, heartbeats: int | None) -> None:
        super().__init__(session)
        self._heartbeats = heartbeats
        self._lock = threading.Lock()
        self.lean_seconds = 0.0

    @property
    def workers(self) -> int:
        return 1

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
        future = super().submit_elaborate(snapshot, code, self._bounds(limits), goals=goals, keep=keep, fresh=fresh)
        return self._timed(future)

    def submit_evaluate(self, snapshot: Snapshot, code: str, name: str, limits: Limits = _LIMITS) -> Future[Evaluation]:
        return self._timed(super().submit_evaluate(snapshot, code, name, limits))

    def _bounds(self, limits: Limits) -> Limits:
        known = [each for each in (limits.heartbeats, self._heartbeats) if each is not None]
        return Limits(max(limits.seconds, CALL_SECONDS), min(known, default=None))

    def _timed(self, future: Future[Any]) -> Future[Any]:
        future.add_done_callback(self._done)
        return future

    def _done(self, future: Future[Any]) -> None:
        if not future.cancelled() and future.exception() is None:
            with self._lock:
                self.lean_seconds += future.result().lean_seconds


class Watch:
    """Counts answers that the machinery lost, and ends a search when the run stops (once: it must end in order)."""

    def __init__(self, stopped: threading.Event) -> None:
        self._stopped, self._told = stopped, False
        self.lost = 0

    def __call__(self, event: Event) -> None:
        if event.kind is EventKind.ANSWERED and event.answer is not None:
            self.lost += event.answer.verdict is Verdict.MACHINERY
        if self._stopped.is_set() and not self._told:
            self._told = True
            raise KeyboardInterrupt
