"""The one driver of all strategies: it owns the budget, the futures, cancellation and the graph."""

from __future__ import annotations

import concurrent.futures
import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass

from lean_project.errors import LimitHit
from search.allocation import Allocation, difficulty_bucket
from search.budget import Budget, Reservation
from search.domain import Answer, Domain, Goal, Verdict
from search.graph import Changes, ProofGraph
from search.interrupts import held_back
from search.moves import MoveBook
from search.nodes import State
from search.outcome import Event, EventKind, OnEvent, Outcome, Stop
from search.strategy import Choice, Strategy, View

Wait = Callable[[Collection["Future[Answer]"], float | None], Collection["Future[Answer]"]]


@dataclass(frozen=True, slots=True)
class Settings:
    """`seconds`: wall clock for one move. One that used all of it comes again later with `growth` times more, up to
    `most_seconds`. `faults`: machinery faults in a row after which a goal is left alone. `grace`: seconds that
    cancelled moves get to end when the search stops; those still running then are paid for in full.
    """

    seconds: float = 20.0
    most_seconds: float = 20.0
    growth: float = 4.0
    faults: int = 4
    grace: float = 2.0
    queued: int = 1
    ahead: int = 4


@dataclass(slots=True, eq=False)
class _Flight:
    number: int
    choice: Choice
    goal: Goal
    future: Future[Answer]
    reservation: Reservation
    seconds: float
    cancelled: bool = False


def wait_for_first(futures: Collection[Future[Answer]], timeout: float | None) -> Collection[Future[Answer]]:
    """Those of `futures` that are done, at least one unless `timeout` seconds have passed."""
    return concurrent.futures.wait(futures, timeout, concurrent.futures.FIRST_COMPLETED).done


class Search:
    """A search that can be looked at while it runs: `graph` and `outcome()` are current at any moment of `run`.

    Draws from `budget` through a child of its own. `wait` stands in for `concurrent.futures.wait` in tests.
    """

    def __init__(
        self,
        domain: Domain,
        roots: Sequence[Goal],
        strategy: Strategy,
        budget: Budget,
        *,
        on_event: OnEvent | None = None,
        clock: Callable[[], float] = time.monotonic,
        settings: Settings | None = None,
        allocation: Allocation | None = None,
        wait: Wait = wait_for_first,
    ) -> None:
        self.domain, self.strategy, self.settings = domain, strategy, settings or Settings()
        self.budget = budget.child()
        self.graph = ProofGraph()
        self.allocation = allocation or Allocation()
        self.stop = Stop.RUNNING
        self.limit: LimitHit | None = None
        self.overdraft = self.unheard = 0
        self._roots = tuple(roots)
        self._on_event, self._clock, self._started, self._wait = on_event, clock, clock(), wait
        self._book = MoveBook(domain, strategy.wants, seconds=self.settings.seconds, ahead=self.settings.ahead)
        self._view = View(self.graph, self._book, self.allocation, domain.workers)
        self._flights: dict[Future[Answer], _Flight] = {}
        self._by_goal: dict[str, dict[int, _Flight]] = {}
        self._live = 0
        self._held: Choice | None = None
        self._faults: Counter[str] = Counter()
        self._numbers = 0

    def run(self) -> Outcome:
        """Search until all roots are settled, nothing is left to try, or a limit or KeyboardInterrupt ends it.

        KeyboardInterrupt is not raised again: the outcome says `Stop.INTERRUPTED`. A search runs once.
        """
        if self.stop is not Stop.RUNNING or self.graph.goals:
            raise ValueError("a search runs once")
        try:
            try:
                stop = self._search()
                self._abandon(self.settings.grace)
            except KeyboardInterrupt:
                stop = Stop.INTERRUPTED
                self._abandon(0.0)
        except BaseException:
            self.stop = Stop.FAILED
            self._abandon(0.0, hear=False)
            raise
        if not self.graph.open_roots and stop is not Stop.EXHAUSTED:
            stop = self._settled()
        self.stop, self.limit = stop, self.limit if stop is Stop.LIMIT else None
        self._tell(EventKind.STOPPED, stop=stop)
        return self.outcome()

    def outcome(self) -> Outcome:
        graph = self.graph
        roots = {goal.key: graph.goals[goal.key].state for goal in self._roots if goal.key in graph.goals}
        return Outcome(
            statuses=roots,
            proofs={key: graph.extract(key) for key, state in roots.items() if state is State.PROVED},
            partial={
                key: graph.best_partial(key) for key, state in roots.items() if state in (State.OPEN, State.EXHAUSTED)
            },
            graph=graph,
            usage=self.budget.usage(),
            stop=self.stop,
            limit=self.limit,
            gave_up={key: node.gave_up for key, node in graph.goals.items() if node.gave_up},
            overdraft=self.overdraft,
            unheard=self.unheard,
        )

    def _search(self) -> Stop:
        with held_back():
            self.strategy.begin(self._view)
            for goal in self._roots:
                self.graph.add_root(goal)
            self._settle_changes()
        while self.graph.open_roots:
            with held_back():
                hit = self._fill()
            if hit is not None and (hit.kind == "seconds" or not self._flights):
                self.limit = hit
                return Stop.LIMIT
            if not self._flights:
                self.graph.sweep()
                self._settle_changes()
                return self._settled() if not self.graph.open_roots else Stop.EXHAUSTED
            self._collect(self.budget.remaining().seconds)
        return self._settled()

    def _settled(self) -> Stop:
        roots = (self.graph.goals[goal.key].state for goal in self._roots)
        return Stop.EXHAUSTED if any(state is State.EXHAUSTED for state in roots) else Stop.SETTLED

    def _fill(self) -> LimitHit | None:
        """Submit until the workers and the queue are full or nothing is ready. Returns the limit in the way, if any."""
        try:
            self.budget.reserve(0, 0)  # only time can refuse this
        except LimitHit as hit:
            return hit
        while self._live < self.domain.workers + self.settings.queued:
            choice, self._held = self._held or self.strategy.choose(), None
            if choice is None:
                return None
            node = self.graph.goals[choice.key]
            if not (node.open and node.needed):
                self._not_tried(choice, node.goal)
                self._settle_changes()
                continue
            try:
                reservation = self.budget.reserve(choice.turn.move.calls, choice.turn.move.tokens)
            except LimitHit as hit:
                self._held = choice
                return hit
            self._submit(choice, node.goal, reservation)
        return None

    def _submit(self, choice: Choice, goal: Goal, reservation: Reservation) -> None:
        left = self.budget.remaining().seconds
        seconds = choice.turn.seconds if left is None else min(choice.turn.seconds, left)
        try:
            future = self.domain.submit(goal, choice.turn.move, seconds)
        except BaseException:
            reservation.release()
            self._not_tried(choice, goal)
            raise
        self._numbers += 1
        flight = _Flight(self._numbers, choice, goal, future, reservation, seconds)
        self._flights[future] = flight
        self._by_goal.setdefault(choice.key, {})[flight.number] = flight
        self._live += 1
        self._view.under_way[choice.key] += 1
        self._tell(EventKind.SUBMITTED, choice.key, choice)

    def _collect(self, timeout: float | None) -> bool:
        """Wait for answers and hear them, in the order of submission. False when none came in time."""
        done = self._wait(list(self._flights), timeout)
        for flight in sorted((self._flights[future] for future in done), key=lambda flight: flight.number):
            with held_back():
                self._hear(flight)
        return bool(done)

    def _hear(self, flight: _Flight) -> None:
        self._land(flight)
        choice, key, node = flight.choice, flight.choice.key, self.graph.goals[flight.choice.key]
        try:
            answer = flight.future.result()
        except CancelledError:
            flight.reservation.release()
            self._tell(EventKind.CANCELLED, key, choice)
            self._not_tried(choice, flight.goal)
            self._finish_if_done(key)
            self._settle_changes()
            return
        except BaseException:
            flight.reservation.commit()
            raise
        self._pay(flight.reservation, answer)
        tried = node.tries
        self.graph.hear(key, choice.turn.move, answer)
        self._learn(choice, answer, tried)
        self._tell(EventKind.ANSWERED, key, choice, answer)
        if answer.verdict is Verdict.LIMIT and answer.seconds >= 0.999 * flight.seconds:
            more = min(self.settings.most_seconds, choice.turn.seconds * self.settings.growth)
            if more > choice.turn.seconds:
                self._book.again(flight.goal, choice.turn, more)
        if answer.verdict is not Verdict.MACHINERY:
            self._faults[key] = 0
        else:
            self._faults[key] += 1
            if self._faults[key] >= self.settings.faults and node.open:
                node.gave_up = f"the machinery failed {self._faults[key]} times in a row: {answer.reason}"
                self._book.close(flight.goal)
        self.strategy.hear(choice, answer)
        self._finish_if_done(key)
        self._settle_changes()

    def _land(self, flight: _Flight) -> None:
        del self._flights[flight.future]
        del self._by_goal[flight.choice.key][flight.number]
        self._view.under_way[flight.choice.key] -= 1
        self._live -= not flight.cancelled

    def _not_tried(self, choice: Choice, goal: Goal) -> None:
        self._book.put_back(goal, choice.turn)
        self.strategy.hear(choice, None)

    def _pay(self, reservation: Reservation, answer: Answer) -> None:
        """Commit what the answer spent; what it spent beyond its reservation is drawn too, as far as there is any."""
        calls, tokens = min(answer.lean_calls, reservation.calls), min(answer.tokens, reservation.tokens)
        reservation.commit(calls, tokens)
        left = self.budget.remaining()
        more_calls = min(answer.lean_calls - calls, answer.lean_calls if left.calls is None else left.calls)
        more_tokens = min(answer.tokens - tokens, answer.tokens if left.tokens is None else left.tokens)
        if more_calls or more_tokens:
            try:
                self.budget.reserve(more_calls, more_tokens).commit()
            except LimitHit:  # the time is up, or another thread drew from the budget above
                more_calls = 0
        self.overdraft += answer.lean_calls - calls - more_calls

    def _learn(self, choice: Choice, answer: Answer, tried: int) -> None:
        """A time limit is a failure of the move. A fault of the machinery says nothing, nor does a move that asked
        nobody (there was nothing to try, or an earlier run had seen it)."""
        if answer.verdict is Verdict.MACHINERY or not (answer.lean_calls or answer.tokens):
            return
        node, move = self.graph.goals[choice.key], choice.turn.move
        success = answer.verdict is Verdict.JUSTIFIED
        bucket = difficulty_bucket(node.goal.difficulty)
        self.allocation.observe(
            move.label, bucket, success, answer.seconds, depth=node.depth, tried=tried, chance=choice.chance
        )
        if success and answer.children:
            self.allocation.observe_gain(move.label, answer.score)

    def _finish_if_done(self, key: str) -> None:
        node = self.graph.goals[key]
        waiting = not (node.open and node.needed) or node.finished or self._under_way(key)
        if not waiting and not self._book.has(node.goal):
            self.graph.finish(key, node.gave_up)

    def _under_way(self, key: str) -> bool:
        return self._view.under_way[key] > 0 or (self._held is not None and self._held.key == key)

    def _settle_changes(self) -> None:
        """Draw all conclusions from the graph's changes, cancel what became pointless, and tell the strategy."""
        total = Changes()
        while changes := self.graph.drain():
            total.extend(changes)
            for key in changes.needed:
                self._finish_if_done(key)
        if not total:
            return
        for key in (*total.settled, *total.dropped):
            node = self.graph.goals[key]
            if not (node.open and node.needed):
                for flight in self._by_goal.get(key, {}).values():
                    self._cancel(flight)
        self.strategy.changed(total)
        for key in total.added:
            self._tell(EventKind.GOAL, key)
        for index in total.splits:
            self._tell(EventKind.SPLIT, self.graph.splits[index].goal, split=index)
        for key in total.settled:
            self._tell(EventKind.SETTLED, key, state=self.graph.goals[key].state)

    def _cancel(self, flight: _Flight) -> None:
        if not flight.cancelled:
            flight.cancelled = True
            self._live -= 1
            self.domain.cancel(flight.future)

    def _abandon(self, grace: float, *, hear: bool = True) -> None:
        """Cancel all that is under way; hear what ends within `grace` seconds, and pay in full for what does not."""
        if self._held is not None:
            choice, self._held = self._held, None
            self._not_tried(choice, self.graph.goals[choice.key].goal)
        for flight in list(self._flights.values()):
            self._cancel(flight)
        deadline = self._clock() + grace
        while hear and self._flights:
            left = deadline - self._clock()
            if left <= 0 and not any(future.done() for future in self._flights):
                break
            if not self._collect(max(0.0, left)):
                break
        for flight in list(self._flights.values()):
            self._land(flight)
            flight.reservation.commit()
            self.unheard += flight.reservation.calls

    def _tell(
        self,
        kind: EventKind,
        key: str = "",
        choice: Choice | None = None,
        answer: Answer | None = None,
        *,
        split: int | None = None,
        state: State | None = None,
        stop: Stop | None = None,
    ) -> None:
        if self._on_event is not None:
            move = None if choice is None else choice.turn.move
            self._on_event(Event(kind, self._clock() - self._started, key, move, answer, split, state, stop))


def search(
    domain: Domain,
    roots: Sequence[Goal],
    strategy: Strategy,
    budget: Budget,
    *,
    on_event: OnEvent | None = None,
    clock: Callable[[], float] = time.monotonic,
    settings: Settings | None = None,
    allocation: Allocation | None = None,
) -> Outcome:
    """Search for proofs of all roots under one budget. Make a `Search` instead to look in while it runs."""
    return Search(
        domain,
        roots,
        strategy,
        budget,
        on_event=on_event,
        clock=clock,
        settings=settings,
        allocation=allocation,
    ).run()
