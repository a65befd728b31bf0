"""A budget is exact: no interleaving over-spends it, children stay within parents, released reservations come back."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from lean_project.errors import LimitHit, UserError
from search.budget import Budget, BudgetLimits, Reservation, parse_limits


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class TestSpending:
    def test_commit_spends_what_was_used_and_gives_the_rest_back(self) -> None:
        budget = Budget(BudgetLimits(calls=10, tokens=100))
        reservation = budget.reserve(calls=2, tokens=60)
        assert (budget.usage().reserved_calls, budget.usage().reserved_tokens) == (2, 60)
        reservation.commit(tokens=25)
        usage = budget.usage()
        assert (usage.calls, usage.tokens, usage.reserved_calls, usage.reserved_tokens) == (2, 25, 0, 0)
        assert budget.remaining() == BudgetLimits(calls=8, tokens=75)

    def test_the_ceiling_itself_can_be_spent_but_nothing_more(self) -> None:
        budget = Budget(BudgetLimits(calls=2))
        budget.reserve().commit()
        budget.reserve(1).commit()
        with pytest.raises(LimitHit) as hit:
            budget.reserve()
        assert (hit.value.kind, hit.value.limit) == ("calls", 2)

    def test_what_is_under_way_counts(self) -> None:
        budget = Budget(BudgetLimits(tokens=10))
        first = budget.reserve(calls=0, tokens=8)
        with pytest.raises(LimitHit, match="tokens"):
            budget.reserve(calls=0, tokens=3)
        first.release()
        budget.reserve(calls=0, tokens=10)

    def test_an_exception_costs_nothing(self) -> None:
        budget = Budget(BudgetLimits(calls=1))
        with pytest.raises(RuntimeError), budget.reserve():
            raise RuntimeError
        with budget.reserve() as reservation:
            reservation.commit()
        assert budget.usage().calls == 1

    def test_a_reservation_is_settled_once(self) -> None:
        budget = Budget()
        reservation = budget.reserve(2, 2)
        for calls, tokens in ((3, 0), (0, 3), (-1, 0)):
            with pytest.raises(ValueError, match="cannot commit"):
                reservation.commit(calls, tokens)
        reservation.commit()
        reservation.release()
        with pytest.raises(ValueError, match="settled already"):
            reservation.commit()
        assert (budget.usage().calls, budget.usage().tokens) == (2, 2)

    def test_negative_reservations_and_ceilings_are_bugs(self) -> None:
        with pytest.raises(ValueError, match="negative"):
            Budget().reserve(-1)
        with pytest.raises(ValueError, match="not negative"):
            BudgetLimits(seconds=-1)


class TestTree:
    def test_a_child_draws_from_its_parent(self) -> None:
        parent = Budget(BudgetLimits(calls=3))
        left, right = parent.child(BudgetLimits(calls=2)), parent.child(BudgetLimits(calls=2))
        left.reserve(2).commit()
        right.reserve().commit()
        with pytest.raises(LimitHit) as hit:
            right.reserve()
        assert hit.value.limit == 3, "the parent is in the way, and the hit names its ceiling"
        assert (parent.usage().calls, left.usage().calls, right.usage().calls) == (3, 2, 1)
        assert right.usage().reserved_calls == 0

    def test_the_nearest_ceiling_is_named(self) -> None:
        child = Budget(BudgetLimits(calls=1)).child(BudgetLimits(calls=0))
        with pytest.raises(LimitHit) as hit:
            child.reserve()
        assert hit.value.limit == 0

    def test_what_remains_is_the_least_on_the_way_up(self) -> None:
        clock = Clock()
        root = Budget(BudgetLimits(calls=5, seconds=20), clock=clock)
        clock.now += 5
        child = root.child(BudgetLimits(calls=9, tokens=7, seconds=60))
        assert child.remaining() == BudgetLimits(calls=5, tokens=7, seconds=15)


class TestSeconds:
    def test_time_ends_a_budget(self) -> None:
        clock = Clock()
        budget = Budget(BudgetLimits(seconds=10), clock=clock)
        under_way = budget.reserve()
        clock.now += 9.5
        assert budget.exhausted() is None
        assert budget.remaining().seconds == 0.5
        clock.now += 0.5
        hit = budget.exhausted()
        assert hit is not None and (hit.kind, hit.limit) == ("seconds", 10)
        with pytest.raises(LimitHit, match="seconds"):
            budget.reserve()
        under_way.commit()
        assert (budget.usage().calls, budget.usage().seconds) == (1, 10)

    def test_a_child_ends_with_its_parent(self) -> None:
        clock = Clock()
        parent = Budget(BudgetLimits(seconds=10), clock=clock)
        clock.now += 8
        child = parent.child(BudgetLimits(seconds=5))
        clock.now += 2
        hit = child.exhausted()
        assert hit is not None and hit.limit == 10
        assert child.remaining().seconds == 0


class TestExhausted:
    def test_none_without_ceilings(self) -> None:
        budget = Budget()
        budget.reserve(10**9, 10**12).commit()
        assert budget.exhausted() is None
        assert budget.remaining() == BudgetLimits()

    def test_any_ceiling_of_the_chain(self) -> None:
        root = Budget(BudgetLimits(tokens=5))
        child = root.child(BudgetLimits(calls=3))
        root.reserve(calls=0, tokens=5).commit()
        hit = child.exhausted()
        assert hit is not None and (hit.kind, hit.limit) == ("tokens", 5)


class TestParsing:
    def test_the_documented_example(self) -> None:
        assert parse_limits("calls=200,seconds=60,tokens=1e5") == BudgetLimits(200, 100_000, 60.0)
        assert parse_limits(" seconds = 0.5 ") == BudgetLimits(seconds=0.5)

    @pytest.mark.parametrize(
        ("text", "fault"),
        [
            ("", "is not one of"),
            ("200", "is not one of"),
            ("call=3", "'call=3' is not one of"),
            ("calls=3,", "is not one of"),
            ("calls=3,calls=4", "given twice"),
            ("calls=many", "positive number"),
            ("calls=", "positive number"),
            ("calls=0", "positive number"),
            ("seconds=-1", "positive number"),
            ("seconds=inf", "positive number"),
            ("tokens=nan", "positive number"),
            ("calls=1.5", "whole number"),
        ],
    )
    def test_everything_else_is_refused_with_an_example(self, text: str, fault: str) -> None:
        with pytest.raises(UserError, match=fault) as error:
            parse_limits(text)
        assert "--budget calls=200" in str(error.value)

    @given(
        st.builds(
            BudgetLimits,
            st.none() | st.integers(1, 10**15),
            st.none() | st.integers(1, 10**15),
            st.none() | st.floats(0.001, 1e9),
        ).filter(lambda limits: str(limits) != "")
    )
    def test_limits_survive_being_written_and_read(self, limits: BudgetLimits) -> None:
        assert parse_limits(str(limits)) == limits


class BudgetMachine(RuleBasedStateMachine):
    """Random trees and random settlements, against a plain count of what each node was charged."""

    def __init__(self) -> None:
        super().__init__()
        self.budgets = [Budget(BudgetLimits(calls=12, tokens=40))]
        self.open: list[tuple[Reservation, Budget]] = []
        self.charged: dict[int, list[int]] = {id(self.budgets[0]): [0, 0]}

    def above(self, budget: Budget | None) -> list[Budget]:
        return [] if budget is None else [budget, *self.above(budget.parent)]

    @rule(data=st.data(), calls=st.none() | st.integers(0, 9), tokens=st.none() | st.integers(0, 30))
    def make_child(self, data: st.DataObject, calls: int | None, tokens: int | None) -> None:
        child = data.draw(st.sampled_from(self.budgets)).child(BudgetLimits(calls=calls, tokens=tokens))
        self.budgets.append(child)
        self.charged[id(child)] = [0, 0]

    @rule(data=st.data(), calls=st.integers(0, 4), tokens=st.integers(0, 15))
    def reserve(self, data: st.DataObject, calls: int, tokens: int) -> None:
        budget = data.draw(st.sampled_from(self.budgets))
        room = budget.remaining()
        fits = (room.calls is None or calls <= room.calls) and (room.tokens is None or tokens <= room.tokens)
        before = [each.usage().reserved_calls for each in self.budgets]
        try:
            reservation = budget.reserve(calls, tokens)
        except LimitHit:
            assert not fits
            assert before == [each.usage().reserved_calls for each in self.budgets]
        else:
            assert fits
            self.open.append((reservation, budget))

    @precondition(lambda self: self.open)
    @rule(data=st.data())
    def commit(self, data: st.DataObject) -> None:
        reservation, budget = self.open.pop(data.draw(st.integers(0, len(self.open) - 1)))
        calls = data.draw(st.integers(0, reservation.calls))
        tokens = data.draw(st.integers(0, reservation.tokens))
        reservation.commit(calls, tokens)
        for each in self.above(budget):
            self.charged[id(each)][0] += calls
            self.charged[id(each)][1] += tokens

    @precondition(lambda self: self.open)
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        reservation, budget = self.open.pop(data.draw(st.integers(0, len(self.open) - 1)))
        before = budget.usage()
        reservation.release()
        assert budget.usage().reserved_calls == before.reserved_calls - reservation.calls
        assert budget.usage().calls == before.calls

    @invariant()
    def totals_are_exact(self) -> None:
        for budget in self.budgets:
            usage = budget.usage()
            assert [usage.calls, usage.tokens] == self.charged[id(budget)]
            under = [reservation for reservation, owner in self.open if budget in self.above(owner)]
            assert usage.reserved_calls == sum(each.calls for each in under)
            assert usage.reserved_tokens == sum(each.tokens for each in under)

    @invariant()
    def nothing_is_overspent(self) -> None:
        for budget in self.budgets:
            usage, limits = budget.usage(), budget.limits
            assert limits.calls is None or usage.calls + usage.reserved_calls <= limits.calls
            assert limits.tokens is None or usage.tokens + usage.reserved_tokens <= limits.tokens

    @invariant()
    def children_stay_within_their_parent(self) -> None:
        for parent in self.budgets:
            children = [each.usage() for each in self.budgets if each.parent is parent]
            assert sum(each.calls for each in children) <= parent.usage().calls
            assert sum(each.tokens for each in children) <= parent.usage().tokens


TestBudgetLaws = BudgetMachine.TestCase


@given(seed=st.integers(0, 2**32), ceiling=st.integers(0, 60), child_ceiling=st.integers(0, 40))
def test_threads_never_overspend(seed: int, ceiling: int, child_ceiling: int) -> None:
    root = Budget(BudgetLimits(calls=ceiling))
    children = [root.child(BudgetLimits(calls=child_ceiling)) for _ in range(2)]
    granted = [0, 0, 0, 0]

    def spend(thread: int) -> None:
        rng, budget = random.Random(seed + thread), children[thread % 2]
        for _ in range(40):
            try:
                reservation = budget.reserve(rng.randrange(1, 4))
            except LimitHit:
                continue
            assert root.usage().calls + root.usage().reserved_calls <= ceiling
            if rng.random() < 0.3:
                reservation.release()
            else:
                used = rng.randrange(reservation.calls + 1)
                reservation.commit(used)
                granted[thread] += used

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(spend, range(4)))
    assert root.usage().calls == sum(granted) <= ceiling
    assert root.usage().reserved_calls == 0
    for index, child in enumerate(children):
        assert child.usage().calls == granted[index] + granted[index + 2] <= child_ceiling
