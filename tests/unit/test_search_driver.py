"""The driver: exact budgets, cancellation, faults of the machinery, limits, interrupts, and a state always at hand."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy_world import Step, World, fault, no, proof, random_script, split

from lean_project.errors import LimitHit
from search.budget import Budget, BudgetLimits
from search.domain import Answer, Goal, Kind, Move, Verdict
from search.driver import Search, Settings, search
from search.interrupts import held_back
from search.invariants import check, check_budget, snapshot
from search.nodes import State
from search.outcome import Event, EventKind, Outcome, Stop
from search.strategies import NAMES, strategy


class Run:
    """A search on a toy world, with every invariant and the budget checked before every answer and at the end."""

    def __init__(
        self,
        world: World,
        *roots: str,
        name: str = "hierarchical",
        limits: BudgetLimits | None = None,
        settings: Settings | None = None,
        seed: int = 0,
    ) -> None:
        self.world, self.events = world, list[Event]()
        self.budget = Budget(limits, clock=world.clock)
        self.search = Search(
            world,
            [world.goal(key) for key in roots],
            strategy(name, seed),
            self.budget,
            on_event=self.events.append,
            clock=world.clock,
            settings=settings,
            wait=world.wait,
        )
        self.before = snapshot(self.search.graph)
        self.limits = limits or BudgetLimits()
        world.on_step = self.checked

    def checked(self) -> None:
        graph, usage = self.search.graph, self.budget.usage()
        assert not (faults := check(graph, self.before)), faults
        self.before = snapshot(graph)
        if self.limits.calls is not None:
            assert usage.calls + usage.reserved_calls <= self.limits.calls
        if self.limits.tokens is not None:
            assert usage.tokens + usage.reserved_tokens <= self.limits.tokens
        calls = sum(answer.lean_calls for answer in self.world.answers)
        tokens = sum(answer.tokens for answer in self.world.answers)
        lost = self.search.overdraft - self.search.unheard
        assert not (faults := check_budget(usage, calls - lost, tokens, usage.reserved_calls)), faults

    def run(self) -> Outcome:
        outcome = self.search.run()
        self.checked()
        usage = self.budget.usage()
        assert (usage.reserved_calls, usage.reserved_tokens) == (0, 0)
        assert self.events[-1].kind is EventKind.STOPPED and self.events[-1].stop is outcome.stop
        return outcome


SMALL = {
    "a": (no("ring"), split("b", "c")),
    "b": (proof("simp"),),
    "c": (no("simp"), no("omega"), proof("grind")),
}


class TestStopping:
    @pytest.mark.parametrize("name", ["hierarchical", "best_first", "mcts"])
    def test_all_roots_settled(self, name: str) -> None:
        outcome = Run(World(SMALL), "a", name=name).run()
        assert outcome.stop is Stop.SETTLED and outcome.proved and outcome.limit is None
        assert [step.goal.key for step in outcome.proofs["a"].steps] == ["b", "c", "a"]
        assert outcome.proofs["a"].steps[0].record == "simp" and not outcome.partial

    def test_a_refuted_root_is_settled(self) -> None:
        outcome = Run(World({"a": (no("test", refuted=frozenset("a")), proof())}), "a").run()
        assert outcome.statuses == {"a": State.REFUTED} and outcome.stop is Stop.SETTLED and not outcome.proved

    def test_nothing_left_to_try(self) -> None:
        outcome = Run(World({"a": (no(), split("b")), "b": (no(),)}), "a").run()
        assert outcome.statuses == {"a": State.EXHAUSTED} and outcome.stop is Stop.EXHAUSTED
        assert [goal.key for goal in outcome.partial["a"].open] == ["a"]

    def test_no_moves_and_no_roots(self) -> None:
        assert Run(World({}), "a").run().stop is Stop.EXHAUSTED
        assert Run(World({})).run().stop is Stop.SETTLED

    @pytest.mark.parametrize("calls", [0, 1, 2, 3])
    def test_calls(self, calls: int) -> None:
        outcome = Run(World(SMALL), "a", limits=BudgetLimits(calls=calls)).run()
        assert outcome.stop is Stop.LIMIT and outcome.limit is not None
        assert (outcome.limit.kind, outcome.limit.limit, outcome.usage.calls) == ("calls", calls, calls)
        assert outcome.statuses == {"a": State.OPEN}

    def test_the_last_call_counts(self) -> None:
        exact = Run(World(SMALL), "a").run().usage.calls
        outcome = Run(World(SMALL), "a", limits=BudgetLimits(calls=exact)).run()
        assert outcome.proved and outcome.stop is Stop.SETTLED and outcome.limit is None

    def test_tokens(self) -> None:
        world = World({"a": tuple(no(f"m{number}", tokens=40) for number in range(9))})
        outcome = Run(world, "a", limits=BudgetLimits(tokens=100)).run()
        assert outcome.limit is not None and outcome.limit.kind == "tokens" and outcome.usage.tokens == 80

    def test_seconds_end_what_is_under_way(self) -> None:
        world = World({"a": (no("quick", seconds=2.0), no("slow", seconds=50.0), proof())})
        outcome = Run(world, "a", limits=BudgetLimits(seconds=10.0)).run()
        assert outcome.limit is not None and outcome.limit.kind == "seconds" and world.now == 10.0
        assert world.cancelled and outcome.usage.calls == 1

    def test_moves_get_no_more_seconds_than_there_are(self) -> None:
        world = World({"a": (no("first", seconds=7.0), no("second", needs=4.0), proof())})
        outcome = Run(world, "a", limits=BudgetLimits(seconds=10.0), settings=Settings(queued=0)).run()
        assert world.answers[1].verdict is Verdict.LIMIT and world.answers[1].seconds == pytest.approx(3.0)
        assert outcome.stop is Stop.LIMIT

    def test_a_search_runs_once(self) -> None:
        run = Run(World(SMALL), "a")
        run.run()
        with pytest.raises(ValueError, match="once"):
            run.search.run()

    def test_search_function_with_threads(self) -> None:
        """The real wait, on a domain that answers from other threads."""
        world = World(SMALL, workers=3)

        class Threaded:
            workers = 3

            def __init__(self) -> None:
                self.threads = ThreadPoolExecutor(3)

            def moves(self, goal: Goal) -> Iterator[Move]:
                return world.moves(goal)

            def submit(self, goal: Goal, move: Move, seconds: float) -> Future[Answer]:
                return self.threads.submit(world.answer, move.payload, seconds)

            def cancel(self, future: Future[Answer]) -> None:
                future.cancel()

        domain = Threaded()
        with domain.threads:
            outcome = search(domain, [world.goal("a")], strategy(), Budget(BudgetLimits(calls=20, seconds=60.0)))
        assert outcome.proved


class TestParallel:
    def test_workers_and_one_more(self) -> None:
        world = World({"a": tuple(no(f"m{number}") for number in range(20))}, workers=4)
        Run(world, "a").run()
        assert world.most_under_way == 5

    def test_pointless_moves_are_cancelled(self) -> None:
        script = {"a": (split("b", "c"), split("d")), "b": (no("b1"), no("b2")) * 5, "c": (no("c1"),) * 9}
        world = World({**script, "d": (proof(),)}, workers=9)
        run = Run(world, "a")
        outcome = run.run()
        assert outcome.proved and world.cancelled
        told = [event for event in run.events if event.kind is EventKind.CANCELLED]
        assert len(told) == len(world.cancelled) and len(world.answers) == outcome.usage.calls

    def test_siblings_of_a_refuted_lemma_are_cancelled_and_the_goal_goes_on(self) -> None:
        script = {
            "a": (split("b", "c", cost=0.1), *(no(cost=50.0) for _ in range(20)), proof("late", cost=50.0)),
            "b": tuple(no(f"b{number}", seconds=9.0) for number in range(30)),
            "c": (no("test", refuted=frozenset("c"), cost=0.1),),
        }
        world = World(script, workers=3)
        outcome = Run(world, "a").run()
        assert outcome.proved and sum(key == "b" for key, _ in world.submitted) < 10
        assert outcome.graph.goals["b"].state is State.OPEN and outcome.graph.pointless() == {"b"}

    def test_a_cancelled_move_comes_again_when_its_goal_is_needed_again(self) -> None:
        script = {
            "a": (split("x", "f", cost=0.1), no(cost=9.0), no(cost=9.0), split("x", label="two", cost=30.0)),
            "x": (proof("only", cost=1.0),),
            "f": (no("test", refuted=frozenset("f"), cost=0.01, success=0.99),),
        }
        world = World(script, workers=1)
        outcome = Run(world, "a").run()
        assert outcome.proved and ("x", "only") in world.cancelled
        assert world.submitted.count(("x", "only")) == 2

    @given(st.integers(0, 10_000), st.sampled_from(NAMES), st.integers(1, 4), st.integers(0, 40))
    def test_no_interleaving_breaks_anything(self, seed: int, name: str, workers: int, calls: int) -> None:
        world = World(random_script(seed, 10), workers=workers, seed=seed)
        limits = BudgetLimits(calls=calls, seconds=200.0)
        outcome = Run(world, "g0", "g1", name=name, limits=limits, seed=seed).run()
        assert outcome.usage.calls <= calls and world.most_under_way >= 0

    @given(st.integers(0, 10_000))
    def test_answers_that_cost_more_than_they_said(self, seed: int) -> None:
        steps = {"a": tuple(no(f"m{number}", calls=1 + number % 3, said_calls=1) for number in range(12))}
        world = World(steps, workers=2, seed=seed)
        outcome = Run(world, "a", limits=BudgetLimits(calls=10)).run()
        spent = sum(answer.lean_calls for answer in world.answers)
        assert outcome.usage.calls <= 10 and outcome.overdraft == spent + outcome.unheard - outcome.usage.calls


class TestMachinery:
    def test_faults_are_no_failures(self) -> None:
        run = Run(World({"a": (fault("f1"), fault("f2"), fault("f3"), proof())}), "a")
        outcome = run.run()
        node = outcome.graph.goals["a"]
        assert outcome.proved and node.machinery == 3 and not outcome.gave_up
        assert run.search.allocation.to_json()["labels"] == [["done", 1.0, 1.0, 1.0, 0.5]]

    def test_moves_that_asked_nobody_say_nothing(self) -> None:
        run = Run(World({"a": (no("known", calls=0), no("refused"), proof())}), "a")
        assert run.run().proved
        assert [row[0] for row in run.search.allocation.to_json()["labels"]] == ["done", "refused"]

    def test_a_goal_is_left_alone_after_four_in_a_row(self) -> None:
        script = {"a": (split("b"), no("other")), "b": (*(fault(f"f{number}") for number in range(9)), proof())}
        world = World(script)
        outcome = Run(world, "a", settings=Settings(queued=0)).run()
        assert outcome.statuses == {"a": State.EXHAUSTED}
        assert outcome.gave_up is not None and "4 times in a row" in outcome.gave_up["b"]
        assert sum(key == "b" for key, _ in world.submitted) == 4

    def test_an_answer_between_faults_starts_the_count_anew(self) -> None:
        script = {"a": (fault("f1"), fault("f2"), fault("f3"), no(), fault("f4"), fault("f5"), fault("f6"), proof())}
        assert Run(World(script), "a", settings=Settings(queued=0)).run().proved

    def test_time_limits_come_again_with_more(self) -> None:
        world = World({"a": (proof("slow", needs=70.0),)})
        assert not Run(World(world.script), "a").run().proved
        outcome = Run(world, "a", settings=Settings(seconds=20.0, most_seconds=80.0)).run()
        assert outcome.proved and world.submitted == [("a", "slow")] * 2

    def test_other_limits_do_not(self) -> None:
        world = World({"a": (Step("heartbeats", Verdict.LIMIT, seconds=3.0),)})
        outcome = Run(world, "a", settings=Settings(most_seconds=80.0)).run()
        assert len(world.submitted) == 1 and outcome.graph.goals["a"].limits == 1

    def test_a_bug_is_raised_and_leaves_a_state(self) -> None:
        class Broken(World):
            def answer(self, step: Step, seconds: float) -> Answer:
                raise ZeroDivisionError

            def wait(self, futures, timeout):  # type: ignore[no-untyped-def]
                future = next(iter(self._open))
                self._open.pop(future)
                future.set_exception(ZeroDivisionError())
                return [future]

        run = Run(Broken(SMALL), "a")
        with pytest.raises(ZeroDivisionError):
            run.search.run()
        assert run.search.outcome().stop is Stop.FAILED and run.budget.usage().reserved_calls == 0


class TestAnytime:
    def test_the_outcome_is_current_at_any_moment(self) -> None:
        world = World({"a": (split("b", "c", score=0.6),), "b": (proof(),), "c": (no(),) * 3}, {"a": 50.0})
        run = Run(world, "a")
        seen: list[Outcome] = []
        world.on_step = lambda: seen.append(run.search.outcome())
        run.search.run()
        assert {outcome.stop for outcome in seen} == {Stop.RUNNING}
        assert [goal.key for goal in seen[0].partial["a"].open] == ["a"]
        assert any([goal.key for goal in outcome.partial["a"].open] == ["c"] for outcome in seen)

    @pytest.mark.parametrize("at", [1, 2, 4])
    def test_an_interrupt_keeps_what_there_is(self, at: int) -> None:
        world = World(SMALL, interrupt_at=at, workers=2)
        run = Run(world, "a")
        outcome = run.run()
        assert outcome.stop is Stop.INTERRUPTED and outcome.statuses == {"a": State.OPEN}
        assert len(world.cancelled) + len(world.answers) == len(world.submitted)
        assert run.search.outcome().partial.keys() == {"a"}

    def test_a_second_interrupt_while_ending_is_raised(self) -> None:
        class Stubborn(World):
            def cancel(self, future: Future[Answer]) -> None:
                raise KeyboardInterrupt

        run = Run(Stubborn(SMALL, interrupt_at=2), "a")
        with pytest.raises(KeyboardInterrupt):
            run.search.run()

    def test_ctrl_c_waits_for_the_end_of_a_step(self) -> None:
        steps: list[str] = []
        with pytest.raises(KeyboardInterrupt):
            with held_back():
                os.kill(os.getpid(), signal.SIGINT)
                steps.append("whole")
            steps.append("never")
        assert steps == ["whole"] and signal.getsignal(signal.SIGINT) is signal.default_int_handler

    def test_other_threads_hold_nothing_back(self) -> None:
        before = signal.getsignal(signal.SIGINT)
        seen: list[object] = []

        def look() -> None:
            with held_back():
                seen.append(signal.getsignal(signal.SIGINT))

        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
        assert seen == [before]


def test_roots_share_one_budget() -> None:
    script = {"a": (no(),) * 50, "b": (no(), no(), no(), proof())}
    for name in NAMES:
        outcome = Run(World(script), "a", "b", name=name, limits=BudgetLimits(calls=25)).run()
        assert outcome.statuses == {"a": State.OPEN, "b": State.PROVED}, name
        assert outcome.usage.calls == 25


def test_a_search_draws_from_the_budget_above() -> None:
    above = Budget(BudgetLimits(calls=3))
    above.reserve(2).commit()
    world = World(SMALL)
    run = Search(world, [world.goal("a")], strategy(), above, clock=world.clock, wait=world.wait)
    outcome = run.run()
    assert outcome.usage.calls == 1 and above.usage().calls == 3
    assert isinstance(outcome.limit, LimitHit) and outcome.limit.limit == 3


def test_events_tell_the_whole_story() -> None:
    run = Run(World(SMALL), "a")
    run.run()
    kinds = [event.kind for event in run.events]
    assert kinds.count(EventKind.SUBMITTED) == kinds.count(EventKind.ANSWERED) + kinds.count(EventKind.CANCELLED)
    assert [event.key for event in run.events if event.kind is EventKind.GOAL] == ["a", "b", "c"]
    assert {event.key for event in run.events if event.kind is EventKind.SETTLED} == {"a", "b", "c"}
    assert Kind.COMPLETE in {event.move.kind for event in run.events if event.move is not None}
