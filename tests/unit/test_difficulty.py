"""Difficulties that plug into the score, and what says whether they deserve it."""

from __future__ import annotations

import math

import pytest
from goals import goal, var
from hypothesis import given
from hypothesis import strategies as st
from termdoc import NAT, Builder, app, bvar, const, eq, lam, pi

from decompose.calibration import auroc, brier, calibration_error, reliability
from decompose.definitions import Definitions
from decompose.difficulty import Blend, Difficulty, FootprintDifficulty, LearnedDifficulty, fit_scale
from decompose.footprint import Variant

X = var("x")
GOAL = goal([("x", NAT)], eq(app(const("f"), X), X))
FILE = Definitions(Builder().define("f", pi(NAT, NAT), lam(NAT, app(const("Nat.succ"), bvar(0)))).document())


def learned(p: float) -> LearnedDifficulty:
    return LearnedDifficulty("model 3", lambda closed, definitions: p)


def test_footprints() -> None:
    assert FootprintDifficulty().of(GOAL, FILE) == 4.0
    assert FootprintDifficulty(Variant.SURFACE).of(GOAL, FILE) == 3.0
    assert FootprintDifficulty(depth=0).of(GOAL, FILE) == 3.0
    named: Difficulty = FootprintDifficulty()
    assert (named.source, named.variant) == ("footprint", "spec")
    assert FootprintDifficulty(depth=2).source == "footprint to depth 2"


def test_learned() -> None:
    assert learned(1.0).of(GOAL, FILE) == 0.0
    assert learned(0.5).of(GOAL, FILE) == pytest.approx(math.log(2))
    assert math.isfinite(learned(0.0).of(GOAL, FILE))
    for wrong in (-0.1, 1.1, math.nan):
        with pytest.raises(ValueError, match="probability"):
            learned(wrong).of(GOAL, FILE)


@given(st.floats(0, 1), st.floats(0, 10), st.floats(0.1, 100))
def test_a_blend_lies_between_its_parts(p: float, weight: float, scale: float) -> None:
    parts = [FootprintDifficulty(), learned(p)]
    blend = Blend(((parts[0], 1.0, 1.0), (parts[1], weight, scale)))
    low, high = sorted([parts[0].of(GOAL, FILE), scale * parts[1].of(GOAL, FILE)])
    assert low - 1e-9 <= blend.of(GOAL, FILE) <= high + 1e-9
    assert repr(weight) in blend.source
    assert "learned model 3" in blend.source
    assert blend.variant == "spec"


def test_blends_of_one_part_and_of_none() -> None:
    assert Blend(((FootprintDifficulty(), 3.0, 1.0), (learned(0.5), 0.0, 1.0))).of(GOAL, FILE) == 4.0
    for parts in ((), ((FootprintDifficulty(), 0.0, 1.0),), ((FootprintDifficulty(), -1.0, 1.0),)):
        with pytest.raises(ValueError, match="weights"):
            Blend(parts)


def test_scale() -> None:
    assert fit_scale([1, 2, 3], [10, 20, 30]) == pytest.approx(10)
    assert fit_scale([0, 0], [1, 2]) == 1.0


RATED = st.lists(st.tuples(st.one_of(st.integers(0, 5).map(float), st.floats(-10, 10)), st.booleans()), max_size=40)


def brute_force(pairs: list[tuple[float, bool]]) -> float | None:
    wins = [(a > b) + (a == b) / 2 for a, yes in pairs for b, no in pairs if yes and not no]
    return sum(wins) / len(wins) if wins else None


@given(RATED)
def test_auroc_is_the_chance_to_be_ranked_right(pairs: list[tuple[float, bool]]) -> None:
    found = auroc([score for score, _ in pairs], [outcome for _, outcome in pairs])
    expected = brute_force(pairs)
    assert found == (None if expected is None else pytest.approx(expected, abs=1e-12))


@given(RATED)
def test_auroc_of_the_opposite(pairs: list[tuple[float, bool]]) -> None:
    scores, outcomes = [score for score, _ in pairs], [outcome for _, outcome in pairs]
    found, opposite = auroc(scores, outcomes), auroc([-score for score in scores], outcomes)
    assert (found is None) == (opposite is None)
    if found is not None and opposite is not None:
        assert found + opposite == pytest.approx(1)


def test_auroc_at_the_ends() -> None:
    assert auroc([1, 2, 3, 4], [False, False, True, True]) == 1.0
    assert auroc([1, 2, 3, 4], [True, True, False, False]) == 0.0
    assert auroc([1, 1, 1], [True, False, True]) == 0.5
    assert auroc([], []) is None
    assert auroc([1, 2], [True, True]) is None
    with pytest.raises(ValueError, match="not a number"):
        auroc([math.nan], [True])
    with pytest.raises(ValueError, match=r"shorter|longer"):
        auroc([1.0], [True, False])


PREDICTIONS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=60)


@given(PREDICTIONS, st.integers(1, 20))
def test_bins_hold_what_falls_between_their_edges(pairs: list[tuple[float, bool]], count: int) -> None:
    found = reliability([p for p, _ in pairs], [outcome for _, outcome in pairs], count)
    assert sum(each.count for each in found) == len(pairs)
    for i, each in enumerate(found):
        inside = [(p, o) for p, o in pairs if each.low <= p < each.high or (p == 1.0 and i == count - 1)]
        assert each.count == len(inside)
        if inside:
            assert each.mean == pytest.approx(sum(p for p, _ in inside) / len(inside))
            assert each.rate == sum(o for _, o in inside) / len(inside)
        else:
            assert each.mean is each.rate is None


def test_known_calibration_lands_in_the_right_bin() -> None:
    honest = reliability([0.25] * 4 + [0.75] * 4, [True, False, False, False, True, True, True, False], 4)
    assert [each.count for each in honest] == [0, 4, 0, 4]
    assert calibration_error(honest) == 0.0
    assert calibration_error(reliability([0.9] * 10, [True] + [False] * 9)) == pytest.approx(0.8)
    assert calibration_error(reliability([], [])) == 0.0
    with pytest.raises(ValueError, match="probability"):
        reliability([1.5], [True])


def test_brier() -> None:
    assert brier([1.0, 0.0], [True, False]) == 0.0
    assert brier([0.5], [True]) == 0.25
    assert brier([], []) is None
