"""Statistics against brute force, and against what they are defined by."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from statistics import NormalDist, fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prover.bench.statistics import (
    Interval,
    bootstrap,
    compare,
    mcnemar,
    mean_pass_at_k,
    paired_interval,
    pass_at_k,
    wilson,
)

counts = st.integers(1, 9).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n), st.integers(1, n)))


@given(counts)
def test_pass_at_k_is_the_share_of_subsets_with_a_success(case: tuple[int, int, int]) -> None:
    tries, successes, k = case
    outcomes = [True] * successes + [False] * (tries - successes)
    subsets = list(itertools.combinations(outcomes, k))
    assert pass_at_k(tries, successes, k) == pytest.approx(sum(any(each) for each in subsets) / len(subsets))


@given(st.integers(1, 5), st.integers(0, 10), st.integers(1, 5))
def test_pass_at_k_is_unbiased(tries: int, tenths: int, k: int) -> None:
    """Its expectation over all outcomes of independent tries is the true chance."""
    if k > tries:
        return
    p = Fraction(tenths, 10)
    expected = sum(
        math.comb(tries, c) * p**c * (1 - p) ** (tries - c) * Fraction(pass_at_k(tries, c, k)).limit_denominator(10**6)
        for c in range(tries + 1)
    )
    assert float(expected) == pytest.approx(float(1 - (1 - p) ** k))


@pytest.mark.parametrize("wrong", [(0, 0, 1), (3, 4, 1), (3, -1, 1), (3, 1, 4), (3, 1, 0)])
def test_pass_at_k_of_what_was_not_tried_is_refused(wrong: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="pass@"):
        pass_at_k(*wrong)


def test_pass_at_k_over_tasks() -> None:
    assert mean_pass_at_k([(4, 0), (4, 4), (4, 1)], 1) == pytest.approx((0 + 1 + 0.25) / 3)
    with pytest.raises(ValueError, match="no tasks"):
        mean_pass_at_k([], 1)


@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.sampled_from([0.8, 0.95]))
def test_wilson_holds_the_rates_that_a_score_test_does_not_reject(case: tuple[int, int], confidence: float) -> None:
    successes, trials = case
    interval = wilson(successes, trials, confidence)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    assert 0 <= interval.low <= successes / trials <= interval.high <= 1
    for end in (interval.low, interval.high):
        if 0 < end < 1:
            assert abs(successes / trials - end) == pytest.approx(z * math.sqrt(end * (1 - end) / trials))
    mirrored = wilson(trials - successes, trials, confidence)
    assert (mirrored.low, mirrored.high) == pytest.approx((1 - interval.high, 1 - interval.low))


def test_wilson_covers_what_it_promises() -> None:
    """Over all outcomes, weighted exactly: on the mean over rates close to the confidence, never far below."""
    trials = 30
    coverages = [
        sum(
            math.comb(trials, c) * rate**c * (1 - rate) ** (trials - c)
            for c in range(trials + 1)
            if wilson(c, trials).low <= rate <= wilson(c, trials).high
        )
        for rate in (0.05, 0.2, 0.37, 0.5, 0.8, 0.93)
    ]
    assert min(coverages) > 0.90 and 0.93 < fmean(coverages) < 0.98


def test_nothing_is_known_without_trials() -> None:
    assert wilson(0, 0) == Interval(0.0, 1.0)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=4))
def test_bootstrap_agrees_with_every_resample(values: list[float]) -> None:
    """For few values all resamples can be listed; the percentiles of many drawn ones lie between theirs."""
    means = sorted(fmean(each) for each in itertools.product(values, repeat=len(values)))
    interval = bootstrap(values, 0.8, resamples=1000)
    slack = 0.05
    last = len(means) - 1
    assert means[max(0, math.floor((0.1 - slack) * last))] <= interval.low + 1e-9
    assert interval.low <= means[min(last, math.ceil((0.1 + slack) * last))] + 1e-9
    assert means[max(0, math.floor((0.9 - slack) * last))] <= interval.high + 1e-9
    assert interval.high <= means[min(last, math.ceil((0.9 + slack) * last))] + 1e-9


def test_bootstrap_is_the_same_every_time() -> None:
    values = [number * number % 101 / 101 for number in range(40)]
    assert bootstrap(values, seed=3) == bootstrap(values, seed=3) != bootstrap(values, seed=4)


@given(st.integers(0, 12), st.integers(0, 12))
def test_mcnemar_is_the_chance_of_flips_as_uneven_as_these(gained: int, lost: int) -> None:
    flips = gained + lost
    outcomes = [math.comb(flips, i) for i in range(flips + 1)]
    as_uneven = sum(count for i, count in enumerate(outcomes) if abs(2 * i - flips) >= abs(gained - lost))
    assert mcnemar(gained, lost) == pytest.approx(as_uneven / 2**flips)


def test_runs_are_compared_on_the_tasks_that_both_have() -> None:
    first = {"a": True, "b": False, "c": True, "d": False, "only": True}
    second = {"a": True, "b": True, "c": False, "d": False, "other": False}
    result = compare(first, second)
    assert (result.both, result.neither, result.gained, result.lost) == (1, 1, 1, 1)
    assert (result.tasks, result.difference, result.p) == (4, 0.0, 1.0)


def test_a_planted_difference_is_told_apart_and_noise_is_not() -> None:
    tasks = [str(number) for number in range(100)]
    first = {task: number % 2 == 0 for number, task in enumerate(tasks)}
    better = {task: number % 2 == 0 or number % 5 == 0 for number, task in enumerate(tasks)}
    noisy = {task: first[task] != (number in (3, 4, 50, 51)) for number, task in enumerate(tasks)}
    assert compare(first, better).p < 0.01 and paired_interval(compare(first, better)).low > 0
    assert compare(first, noisy).p == 1.0 and paired_interval(compare(first, noisy)).low < 0


@given(st.tuples(*[st.integers(0, 30)] * 4))
def test_the_interval_of_a_difference_holds_it_and_turns_with_it(cells: tuple[int, int, int, int]) -> None:
    both, neither, gained, lost = cells
    one = compare(*_runs(both, neither, gained, lost))
    other = compare(*_runs(both, neither, lost, gained))
    interval, turned = paired_interval(one), paired_interval(other)
    assert -1 <= interval.low <= one.difference <= interval.high <= 1
    assert (turned.low, turned.high) == pytest.approx((-interval.high, -interval.low))


def _runs(both: int, neither: int, gained: int, lost: int) -> tuple[dict[str, bool], dict[str, bool]]:
    pairs = [(True, True)] * both + [(False, False)] * neither + [(False, True)] * gained + [(True, False)] * lost
    first = {str(number): a for number, (a, _) in enumerate(pairs)}
    return first, {str(number): b for number, (_, b) in enumerate(pairs)}
