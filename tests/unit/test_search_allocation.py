"""Allocation learns chances and costs, keeps its priors, and its integer rollouts equal brute force."""

from __future__ import annotations

import itertools
import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.allocation import (
    LEAST_GAIN,
    Allocation,
    _greedy,
    count_bucket,
    difficulty_bucket,
    integer_rollouts,
    mixed,
    prior_provability,
    solved,
)
from search.domain import Kind, Move


def move(label: str = "simp", cost: float = 2.0, success: float = 0.3, kind: Kind = Kind.COMPLETE) -> Move:
    return Move(label, label, kind, cost, success)


class TestLearning:
    def test_priors_hold_until_something_is_seen(self) -> None:
        allocation = Allocation()
        assert allocation.chance(move(), 50.0, depth=3, tried=9) == pytest.approx(0.3)
        assert allocation.cost(move(), 50.0) == 2.0
        assert allocation.rate(move(), 50.0) == pytest.approx(0.15)

    def test_what_is_seen_wins_in_the_end(self) -> None:
        allocation = Allocation()
        for number in range(400):
            allocation.observe("simp", difficulty_bucket(50.0), number % 10 == 0, 0.5)
        assert allocation.chance(move(), 50.0) == pytest.approx(0.1, abs=0.01)
        assert allocation.cost(move(), 50.0) == pytest.approx(0.5, abs=0.02)
        assert allocation.chance(move("omega"), 50.0) == pytest.approx(0.3)

    def test_earlier_runs_are_a_prior_that_this_run_outweighs(self) -> None:
        allocation = Allocation()
        allocation.recall({"simp": (1000, 900, 100.0), "omega": (2, 0, 1.0), "none": (0, 0, 0.0)})
        assert allocation.chance(move(), 50.0) == pytest.approx((12 * 0.9 + 4 * 0.3) / 16)
        assert allocation.chance(move("omega"), 50.0) == pytest.approx(4 * 0.3 / 6)
        assert allocation.chance(move("none"), 50.0) == pytest.approx(0.3)
        for _ in range(200):
            allocation.observe("simp", difficulty_bucket(50.0), False, 0.5)
        assert allocation.chance(move(), 50.0) < 0.1

    def test_other_difficulties_learn_less(self) -> None:
        allocation = Allocation()
        for _ in range(30):
            allocation.observe("simp", difficulty_bucket(5.0), True, 1.0)
        for _ in range(30):
            allocation.observe("simp", difficulty_bucket(300.0), False, 1.0)
        easy, hard = allocation.chance(move(), 5.0), allocation.chance(move(), 300.0)
        assert easy > 0.9 and hard < 0.1 and hard < allocation.chance(move(), 80.0) < easy

    def test_depth_and_tries_correct_what_was_foretold(self) -> None:
        allocation = Allocation()
        for _ in range(50):
            allocation.observe("a", 0, True, 1.0, depth=0, tried=0, chance=0.5)
            allocation.observe("a", 0, False, 1.0, depth=0, tried=40, chance=0.5)
        fresh = allocation.chance(move("b", success=0.5), 50.0, tried=0)
        worn = allocation.chance(move("b", success=0.5), 50.0, tried=40)
        assert worn < 0.2 < 0.6 < fresh
        assert allocation.chance(move("b", success=0.5), 50.0, tried=10) == pytest.approx(0.5)

    def test_gains_of_splits_follow_their_scores(self) -> None:
        gains = []
        for score in (0.0, 0.4, 0.8, 1.0):
            allocation = Allocation()
            for _ in range(1000):
                allocation.observe_gain("induction", score)
            gains.append(allocation.gain(move("induction", kind=Kind.SPLIT)))
        assert gains == pytest.approx([LEAST_GAIN + (1 - LEAST_GAIN) * s for s in (0.0, 0.4, 0.8, 1.0)], abs=0.01)
        assert LEAST_GAIN < Allocation().gain(move("new", kind=Kind.SPLIT)) < 1.0 == Allocation().gain(move())

    @given(st.lists(st.tuples(st.booleans(), st.floats(0, 100), st.integers(0, 60)), max_size=40))
    def test_chances_are_chances_and_costs_positive(self, seen: list[tuple[bool, float, int]]) -> None:
        allocation = Allocation()
        for success, seconds, tried in seen:
            allocation.observe("simp", 3, success, seconds, depth=tried, tried=tried, chance=0.99)
        for success in (0.0, 1e-9, 0.5, 1.0):
            one = move(success=success, cost=0.0)
            assert 0 < allocation.chance(one, 18.0, 2, 5) < 1 and allocation.cost(one, 18.0) > 0

    def test_through_json_and_back(self) -> None:
        allocation = Allocation(strength=7.0)
        dice = random.Random(3)
        for _ in range(60):
            label, size = dice.choice(("a", "b")), dice.choice((3.0, 70.0, 500.0))
            allocation.observe(
                label, difficulty_bucket(size), dice.random() < 0.4, dice.random(), depth=2, tried=4, chance=0.3
            )
            allocation.observe_gain(label, dice.random())
        data = json.loads(json.dumps(allocation.to_json()))
        again = Allocation.from_json(data)
        assert again.to_json() == allocation.to_json()
        assert again.rate(move("a", kind=Kind.SPLIT), 70.0, 2, 4) == allocation.rate(
            move("a", kind=Kind.SPLIT), 70.0, 2, 4
        )
        with pytest.raises(ValueError, match="version"):
            Allocation.from_json({"version": 0})

    def test_buckets(self) -> None:
        assert [difficulty_bucket(size) for size in (0, 5, 5.1, 399, 400, 1e9)] == [0, 0, 1, 13, 13, 14]
        assert [count_bucket(count) for count in (0, 1, 2, 4, 8, 1000)] == [0, 1, 2, 3, 4, 7]

    def test_harder_goals_are_less_likely_to_be_provable(self) -> None:
        chances = [prior_provability(size) for size in (0, 50, 100, 175, 250, 400, 1e6)]
        assert chances == sorted(chances, reverse=True) and chances[3] == pytest.approx(0.5)
        assert chances[0] > 0.95 and 0 < chances[-1] < 1e-6


def _brute(odds: list[float], cost: list[int], total: int, floor: int, cap: int, value) -> float:  # type: ignore[no-untyped-def]
    best = -1.0
    for counts in itertools.product(range(floor, cap + 1), repeat=len(odds)):
        if sum(count * price for count, price in zip(counts, cost, strict=True)) <= total:
            best = max(best, sum(value(p, n) for p, n in zip(odds, counts, strict=True)))
    return best


class TestIntegerRollouts:
    @given(
        st.lists(st.tuples(st.floats(0, 1), st.integers(1, 4)), min_size=1, max_size=3),
        st.integers(0, 12),
        st.integers(0, 1),
        st.sampled_from([solved, mixed]),
    )
    def test_equals_brute_force(self, tasks: list[tuple[float, int]], extra: int, floor: int, value) -> None:  # type: ignore[no-untyped-def]
        odds, cost = [p for p, _ in tasks], [price for _, price in tasks]
        total = floor * sum(cost) + extra
        counts = integer_rollouts(odds, cost, total, floor=floor, cap=6, value=value)
        assert sum(n * price for n, price in zip(counts, cost, strict=True)) <= total
        assert all(floor <= n <= 6 for n in counts)
        worth = sum(value(p, n) for p, n in zip(odds, counts, strict=True))
        assert worth == pytest.approx(_brute(odds, cost, total, floor, 6, value), abs=1e-9)

    def test_a_floor_does_not_bound_what_comes_above_it(self) -> None:
        assert integer_rollouts([0.91, 0.48], [1, 1], 8, floor=2, value=mixed) == [2, 6]

    @given(st.lists(st.floats(0.01, 0.99), min_size=1, max_size=5), st.integers(0, 25))
    def test_the_greedy_way_is_exact_for_equal_costs(self, odds: list[float], total: int) -> None:
        gains = [[solved(p, n) for n in range(total + 1)] for p in odds]
        greedy = _greedy(gains, [1] * len(odds), total)
        exact = integer_rollouts(odds, [1] * len(odds), total)
        assert sum(greedy) <= total
        assert sum(map(solved, odds, greedy)) == pytest.approx(sum(map(solved, odds, exact)))

    def test_large_problems_keep_to_the_total(self) -> None:
        dice = random.Random(5)
        odds = [dice.random() for _ in range(600)]
        cost = [dice.randint(1, 9) for _ in odds]
        counts = integer_rollouts(odds, cost, 20_000, floor=1, cap=93, value=mixed)
        assert 0 <= 20_000 - sum(n * price for n, price in zip(counts, cost, strict=True)) <= 20_000
        assert all(1 <= n <= 93 for n in counts)

    def test_solved_goals_get_the_floor_and_hard_ones_more(self) -> None:
        counts = integer_rollouts([1.0, 0.5, 0.02], [1, 1, 1], 60, floor=1, cap=50)
        assert counts[0] == 1 and counts[2] > counts[1] > 1
        groups = integer_rollouts([1.0, 0.0, 0.1, 0.5], [1] * 4, 64, floor=2, cap=40, value=mixed)
        assert groups[:2] == [2, 2] and min(groups[2:]) > 2

    def test_more_mixed_groups_than_uniform(self) -> None:
        odds = [0.98, 0.9, 0.5, 0.05, 0.02, 0.01]
        counts = integer_rollouts(odds, [1] * 6, 48, floor=2, value=lambda p, n: 1 - p**n - (1 - p) ** n)
        share = [sum(1 - p**n - (1 - p) ** n for p, n in zip(odds, ns, strict=True)) for ns in (counts, [8] * 6)]
        assert share[0] > share[1] and sum(counts) <= 48

    def test_what_cannot_be(self) -> None:
        with pytest.raises(ValueError, match="more than 5"):
            integer_rollouts([0.5, 0.5], [3, 3], 5, floor=1)
        with pytest.raises(ValueError, match="positive"):
            integer_rollouts([0.5], [0], 5)
        assert integer_rollouts([], [], 5) == [] and integer_rollouts([0.5], [9], 5) == [0]
