"""What a search does with a policy, without Lean: its moves for a goal, and going on without it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import CancelledError, Future
from typing import Any

import pytest
from policy_toys import VIEW, Bench, fenced, message, other

from decompose.sketch import Split
from lean_project.errors import LimitHit, MachineryError, UserError
from prover.later import NoSplit, try_later
from prover.policy import dialogue as kinds
from prover.policy.mistakes import Mistake, Way
from prover.policy.requests import (
    Complete,
    Repair,
    Request,
    Role,
)
from prover.policy.scripted import Hang
from search.domain import Answer, Goal, Verdict


def test_later_moves_wait_refuse_and_are_over() -> None:
    class Late:
        heartbeats, uses, calls = 1, frozenset[str](), 2

        def __init__(self, split: Split | NoSplit) -> None:
            self.split, self.overs = split, 0

        def settle(self, seconds: float, stop: Future[None]) -> Split | NoSplit:
            return self.split

        def heard(self, *_: object) -> None: ...

        def over(self) -> None:
            self.overs += 1

        def account(self) -> dict[str, Any]:
            return {}

    def accept(_split: Split, _seconds: float) -> Answer:
        return Answer(Verdict.JUSTIFIED)

    late = Late(NoSplit("later", late=True))
    answer = try_later(late, 9.0, Future(), set(), accept)
    assert (answer.verdict, answer.lean_calls, answer.seconds, late.overs) == (Verdict.LIMIT, 2, 9.0, 0)
    late = Late(Split("x", "simp", uses=frozenset({"open"})))
    answer = try_later(late, 9.0, Future(), {"open"}, accept)
    assert answer.verdict is Verdict.REFUSED and "rests on what is open: open" in answer.reason and late.overs == 1
    answer = try_later(Late(Split("x", "simp")), 9.0, Future(), set(), accept)
    assert answer.verdict is Verdict.JUSTIFIED and answer.lean_calls == 3


class TestMoves:
    def test_they_come_at_their_price_among_the_others(self) -> None:
        bench = Bench(lambda request: [], samples=2, sketches=1, tactics=1)
        labels = [move.label for move in bench.drawn(other("cheap", 0.1), other("dear", 50.0))]
        assert labels[0] == "cheap" and labels[1:5].count(kinds.COMPLETE) == 2
        assert labels.index(kinds.COMPLETE) < labels.index(kinds.SKETCH) < labels.index("dear")
        assert bench.policy.requests == []  # Nothing is asked before something is tried.

    def test_one_question_serves_all_samples_and_equal_ones_count_once(self) -> None:
        answers = [fenced("simp"), fenced("omega"), fenced("simp"), "no code here, sorry."]
        bench = Bench(lambda request: answers, samples=4, sketches=0, tactics=0)
        found = [bench.try_(move) for move in list(bench.drawn())[:4]]
        assert [each.tactics for each in found if isinstance(each, Split)] == ["simp", "omega"]
        reasons = [each.reason for each in found if isinstance(each, NoSplit)]
        assert "refused: no code in it" in reasons[0] and reasons[1] == "the policy has no other answer"
        assert len(bench.policy.requests) == 1 and bench.policy.requests[0].sampling.n == 4

    def test_a_failure_has_its_follow_ups_at_once(self) -> None:
        def script(request: Request) -> Sequence[str]:
            return [fenced("intro x\nexact foo")] if request.role is Role.COMPLETE else [fenced("mended")]

        bench = Bench(script, samples=1, sketches=0, tactics=0, rounds=1)
        drawn = bench.drawn(other("dear", 500.0))
        first = next(drawn)
        bench.try_(first, None, message("Unknown identifier `foo`", line=5, column=8))
        followed = {move.label: move for move in (next(drawn), next(drawn), next(drawn))}
        assert set(followed) == {kinds.CORRECTED, kinds.REPAIR, kinds.RESTART}
        mended = bench.try_(followed[kinds.REPAIR], Answer(Verdict.JUSTIFIED, score=1.0))
        assert isinstance(mended, Split) and mended.tactics == "mended"
        repair = bench.policy.requests[-1]
        assert isinstance(repair, Repair) and repair.faults and repair.round == 1
        rate = bench.moves.mistakes.rate(Mistake.UNKNOWN_NAME, Way.REPAIR)
        assert (rate.tries, rate.successes) == (1, 1)
        assert next(drawn).label == "dear"

    def test_a_step_that_ran_out_of_heartbeats_is_a_mistake_too(self) -> None:
        bench = Bench(lambda request: [fenced("intro x\nexact foo")], samples=1, sketches=0, tactics=0, rounds=0)
        drawn = bench.drawn()
        slow = message("(deterministic) timeout at `whnf`", "runtime.maxHeartbeats", line=5, column=2)
        bench.try_(next(drawn), Answer(Verdict.LIMIT, reason="limit of heartbeats reached"), slow)
        assert next(drawn).label == kinds.CORRECTED
        assert ("timeout", "seen", 0, 1, 0) in bench.moves.mistakes.table()

    def test_rounds_are_bounded(self) -> None:
        numbers = iter(range(100))
        bench = Bench(lambda request: [fenced(f"bad{next(numbers)}")], samples=1, sketches=0, tactics=0, rounds=2)
        for move in bench.drawn():
            bench.try_(move, None, message("Type mismatch", line=4, column=2))
        roles = [request.role for request in bench.policy.requests]
        assert roles == [Role.COMPLETE, Role.REPAIR, Role.REPAIR]

    def test_a_goal_stays_open_while_its_answers_may_still_fail(self) -> None:
        bench = Bench(lambda request: [fenced("exact foo")], samples=1, sketches=0, tactics=0, rounds=1)
        drawn = bench.drawn()
        first, second = next(drawn), next(drawn)
        assert (first.label, second.label) == (kinds.COMPLETE, kinds.WAIT)
        assert isinstance(bench.try_(second), NoSplit)
        bench.try_(first, None, message("Type mismatch", line=4, column=2))
        assert kinds.REPAIR in [move.label for move in drawn]

    def test_waiting_has_an_end_when_nobody_tries(self) -> None:
        bench = Bench(lambda request: [], samples=2, sketches=0, tactics=0)
        assert sum(move.label == kinds.WAIT for move in bench.drawn()) == 64

    def test_proofs_of_lemmas_are_tried_on_their_goals(self) -> None:
        sketch = fenced("lemma a : p := by\n  simp\ntheorem one : f = 1 := by\n  exact a")
        bench = Bench(lambda request: [sketch], samples=0, sketches=1, tactics=0)
        move = next(bench.drawn())
        child = Goal("child", "⊢ p", 0.5, bench.goal.payload)
        bench.try_(move, Answer(Verdict.JUSTIFIED, (child,), 0.5))
        given_ = next(bench.moves.moves(child, iter(())))
        split = given_.payload.settle(1.0, Future())
        assert given_.label == kinds.GIVEN and isinstance(split, Split) and split.tactics == "simp"

    def test_a_cancelled_question_is_taken_back_and_can_be_put_again(self) -> None:
        hanging = [True]

        def script(request: Request) -> Sequence[str]:
            if hanging.pop() if hanging else False:
                raise Hang
            return [fenced("simp")]

        bench = Bench(script, samples=1, sketches=0, tactics=0)
        move = next(bench.drawn())
        stop: Future[None] = Future()
        timer = threading.Thread(target=lambda: stop.set_result(None))
        timer.start()
        with pytest.raises(CancelledError):
            move.payload.settle(60.0, stop)
        timer.join()
        made = bench.try_(move)
        assert isinstance(made, Split) and len(bench.policy.requests) == 2

    def test_what_a_search_waits_for_is_taken_back_when_it_ends(self) -> None:
        def script(request: Request) -> Sequence[str]:
            raise Hang

        bench = Bench(script, tokens=10_000, samples=1, sketches=0, tactics=0)
        late = next(bench.drawn()).payload
        assert isinstance(late.settle(0.0, Future()), NoSplit) and bench.budget.usage().reserved_tokens > 0
        bench.moves.rest()
        assert bench.budget.usage().reserved_tokens == 0 and not bench.line.gone and bench.line.failed == 0

    def test_a_late_answer_is_still_tried(self) -> None:
        ready = threading.Event()
        futures: list[Future[Any]] = []
        bench = Bench(lambda request: [fenced("simp")], samples=1, sketches=0, tactics=0)
        submit = bench.policy.submit

        def slow(request: Request) -> Future[Any]:
            futures.append(Future())
            ready.set()
            return futures[-1]

        bench.policy.submit = slow  # type: ignore[method-assign]
        drawn = bench.drawn()
        early = next(drawn).payload.settle(0.0, Future())
        assert isinstance(early, NoSplit) and early.late
        assert next(drawn).label == kinds.WAIT
        futures[0].set_result(submit(bench_request()).result())
        late = next(drawn)
        made = bench.try_(late)
        assert late.label == kinds.COMPLETE and isinstance(made, Split) and made.tactics == "simp"


def bench_request() -> Request:
    return Complete(view=VIEW)


class TestFallback:
    @pytest.mark.parametrize(
        ("fault", "asked", "words"),
        [
            (MachineryError("the server is gone"), 2, "the server is gone"),
            (UserError("No such model. Check --model."), 1, "No such model"),
            (ValueError("a bug"), 2, "a bug"),
        ],
    )
    def test_a_policy_that_fails_is_given_up_and_said_once(self, fault: Exception, asked: int, words: str) -> None:
        def script(request: Request) -> Sequence[str]:
            raise fault

        bench = Bench(script, samples=2, sketches=1, tactics=1)
        for move in bench.drawn(other("mine", 400.0)):
            if move.label.startswith("policy"):
                assert isinstance(bench.try_(move), NoSplit)
        assert len(bench.policy.requests) == asked
        (said,) = bench.said
        assert said.startswith("gentzen: going on without the policy scripted: ") and words in said
        assert [move.label for move in bench.drawn(other("mine", 1.0))] == ["mine"]

    def test_a_policy_that_raises_instead_of_answering_is_survived(self) -> None:
        bench = Bench(lambda request: [], samples=1, sketches=1, tactics=1)

        def broken(request: Request) -> Future[Any]:
            raise RuntimeError("a bug in the policy")

        bench.policy.submit = broken  # type: ignore[method-assign]
        for move in bench.drawn():
            assert isinstance(bench.try_(move), NoSplit)
        assert len(bench.said) == 1 and "a bug in the policy" in bench.said[0]

    def test_a_prompt_that_is_too_long_concerns_one_question_only(self) -> None:
        def script(request: Request) -> Sequence[str]:
            raise LimitHit("tokens", 512, "the prompt alone has 600 tokens")

        bench = Bench(script, samples=1, sketches=1, tactics=1)
        for move in bench.drawn():
            bench.try_(move)
        assert bench.said == [] and not bench.line.gone and len(bench.policy.requests) == 3

    def test_without_tokens_nobody_is_asked_any_more(self) -> None:
        bench = Bench(lambda request: [fenced("x " * 90)] * 4, tokens=250, samples=2, sketches=2, tactics=2)
        for move in bench.drawn():
            bench.try_(move)
        assert bench.budget.usage().tokens <= 250 and len(bench.said) == 1 and "250 tokens" in bench.said[0]

    def test_no_answers_at_all_are_no_fault(self) -> None:
        bench = Bench(lambda request: [], samples=1, sketches=1, tactics=1)
        for move in bench.drawn():
            assert isinstance(bench.try_(move), NoSplit)
        assert bench.said == [] and len(bench.policy.requests) == 3
