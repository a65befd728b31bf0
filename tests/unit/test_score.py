"""The score: the laws and the values of its definition, and the lies that it must not tell."""

from __future__ import annotations

import dataclasses
import json
import math
import random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from decompose.score import (
    TEMPERATURE,
    VERSION,
    Child,
    Counterexample,
    Gate,
    GateFailed,
    Justification,
    LeftOpen,
    NothingOpen,
    Score,
    from_json,
    preferences,
    rescore,
    score,
    smooth_max,
    to_json,
)

SIZES = st.one_of(st.integers(0, 500).map(float), st.floats(0, 1e6), st.floats(0, 1e300))
GATES = st.sampled_from(Counterexample)


def child(difficulty: float, name: str = "L", gate: Counterexample = Counterexample.PASSED, **more: bool) -> Child:
    return Child(name, difficulty, gate, **more)


def siblings(sizes: list[float]) -> list[Child]:
    return [child(size, f"L{i}") for i, size in enumerate(sizes)]


def scored(goal: float, children: list[Child], justification: Justification = Justification.ACCEPTED) -> Score:
    return score(goal, children, justification=justification, source="footprint", variant="spec")


def left_open(goal: float, sizes: list[float]) -> LeftOpen:
    result = scored(goal, siblings(sizes))
    assert isinstance(result, LeftOpen)
    return result


@st.composite
def scores(draw: st.DrawFn) -> Score:
    children = [Child(f"L{i}", draw(SIZES), draw(GATES), draw(st.booleans())) for i in range(draw(st.integers(0, 5)))]
    return score(
        draw(SIZES),
        children,
        justification=draw(st.sampled_from(Justification)),
        source=draw(st.sampled_from(["footprint", "learned model 3"])),
        variant=draw(st.sampled_from(["surface", "spec", "all", ""])),
        temperature=draw(st.sampled_from([TEMPERATURE, 0.1, 3.7])),
    )


# -- values ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("k", "above"), [(1, 0.0), (2, 3.47), (4, 6.93), (8, 10.40), (32, 17.33)])
def test_equal_children(k: int, above: float) -> None:
    for size in (0, 7, 60, 1e6):
        assert smooth_max([size] * k) == pytest.approx(size + 5 * math.log(k), rel=1e-15)
    assert smooth_max([60] * k) - 60 == pytest.approx(above, abs=0.005)


@pytest.mark.parametrize(
    ("goal", "sizes", "smooth", "r"),
    [
        (100, [60, 40], 60.09, 0.399),
        (100, [60, 60, 60, 60], 66.93, 0.331),
        (18, [7, 8], 10.99, 0.389),
        (100, [100], 100.0, 0.0),
    ],
)
def test_listed_values(goal: float, sizes: list[float], smooth: float, r: float) -> None:
    result = left_open(goal, sizes)
    assert result.smooth_max == pytest.approx(smooth, abs=0.005)
    assert result.r == pytest.approx(r, abs=0.0005)
    assert result.value == result.r


def test_splitting_an_easy_goal_can_give_nothing() -> None:
    assert left_open(4, [2, 2]).r == 0.0
    assert left_open(4, [2]).r == 0.5


@given(st.lists(SIZES, min_size=1, max_size=40), st.floats(0.01, 100))
def test_between_the_largest_and_a_little_more(sizes: list[float], temperature: float) -> None:
    smooth, largest = smooth_max(sizes, temperature), max(sizes)
    assert largest <= smooth
    assert smooth <= math.nextafter(largest + temperature * math.log(len(sizes)), math.inf) * (1 + 1e-15)


@given(st.lists(st.floats(0, 300), min_size=1, max_size=40))
def test_agrees_with_the_formula(sizes: list[float]) -> None:
    assert smooth_max(sizes) == pytest.approx(5 * math.log(math.fsum(math.exp(d / 5) for d in sizes)), abs=1e-9)


def test_large_numbers() -> None:
    assert smooth_max([1e308, 1e308]) == 1e308
    assert smooth_max([1e308, 0]) == 1e308
    assert smooth_max([5e-324]) == 5e-324
    assert left_open(1e308, [5e307]).r == 0.5


# -- laws --------------------------------------------------------------------------------------------------------------


@given(SIZES, st.lists(SIZES, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_permuting_children_changes_no_bit(goal: float, sizes: list[float], rng: random.Random) -> None:
    moved = rng.sample(sizes, len(sizes))
    assert left_open(goal, sizes).value == left_open(goal, moved).value
    assert smooth_max(sizes) == smooth_max(moved)


@given(SIZES, st.lists(SIZES, min_size=2, max_size=8), st.data())
def test_removing_or_shrinking_a_child_never_lowers_r(goal: float, sizes: list[float], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(sizes) - 1))
    before = left_open(goal, sizes)
    fewer = sizes[:place] + sizes[place + 1 :]
    smaller = data.draw(st.one_of(st.floats(0, sizes[place]), st.just(math.nextafter(sizes[place], 0))))
    for after in (left_open(goal, fewer), left_open(goal, [*fewer, max(smaller, 0.0)])):
        assert after.smooth_max <= before.smooth_max
        assert after.r >= before.r


@given(SIZES, st.lists(SIZES, min_size=1, max_size=6), st.lists(st.floats(0, 3), max_size=20))
def test_padding_with_easy_lemmas_never_raises_the_score(goal: float, sizes: list[float], padding: list[float]) -> None:
    assert left_open(goal, sizes + padding).value <= left_open(goal, sizes).value


@given(SIZES, st.lists(SIZES, min_size=1, max_size=6), st.lists(SIZES, max_size=3))
def test_no_open_split_beats_a_finished_one(goal: float, sizes: list[float], more: list[float]) -> None:
    assert 0.0 <= left_open(goal, sizes + more).value <= 1.0 == scored(goal, []).value


@given(SIZES, st.lists(SIZES, max_size=5))
def test_a_child_like_the_goal_gives_nothing(goal: float, sizes: list[float]) -> None:
    assert left_open(goal, [*sizes, goal]).r == 0.0


@given(st.floats(1, 500), st.lists(st.floats(0, 500), max_size=5))
def test_a_trivial_child_gives_nothing_however_small_it_is(goal: float, sizes: list[float]) -> None:
    """Alpha-equivalent or stronger children pass Lean and the counterexample test; so do their footprints, if cut."""
    result = scored(goal, [*siblings(sizes), child(0.0, "again", trivial=True)])
    assert isinstance(result, LeftOpen)
    assert result.value == 0.0


def test_a_goal_of_no_size_cannot_get_simpler() -> None:
    assert left_open(0, [0]).r == 0.0
    assert scored(0, []).value == 1.0


# -- gates -------------------------------------------------------------------------------------------------------------


def test_failed_and_finished_are_different_types() -> None:
    """Published code let both aggregate to 0, where 0 was best."""
    failed = scored(50, [], Justification.REFUSED)
    assert isinstance(failed, GateFailed)
    assert isinstance(scored(50, []), NothingOpen)
    assert (failed.value, scored(50, []).value) == (0.0, 1.0)
    assert smooth_max([]) == -math.inf
    assert not hasattr(failed, "r")


@pytest.mark.parametrize(
    ("justification", "gate"),
    [(Justification.REFUSED, Gate.REFUSED), (Justification.HAS_SORRY, Gate.HAS_SORRY)],
)
@pytest.mark.parametrize("sizes", [[], [1.0], [1.0, 2.0]])
def test_an_unjustified_split_fails(justification: Justification, gate: Gate, sizes: list[float]) -> None:
    result = scored(100, siblings(sizes), justification)
    assert isinstance(result, GateFailed)
    assert (result.gate, result.value) == (gate, 0.0)


def test_a_refuted_child_fails_it_and_is_named() -> None:
    result = scored(100, [child(1, "a"), child(2, "b", Counterexample.REFUTED), child(3, "c")])
    assert isinstance(result, GateFailed)
    assert (result.gate, result.refuted) == (Gate.REFUTED_CHILD, ("b",))


def test_untestable_children_do_not_count_against_it_and_are_reported() -> None:
    tested = scored(100, [child(10, "a"), child(20, "b")])
    untested = scored(100, [child(10, "a"), child(20, "b", Counterexample.UNTESTABLE)])
    assert untested.value == tested.value > 0
    assert (tested.provenance.untestable, untested.provenance.untestable) == (0, 1)


def test_numbers_are_tied_to_names() -> None:
    with pytest.raises(ValueError, match="same name"):
        scored(10, [child(1, "a"), child(2, "a")])


@pytest.mark.parametrize("wrong", [-1.0, math.nan, math.inf, -math.inf])
def test_what_is_no_difficulty(wrong: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        child(wrong)
    with pytest.raises(ValueError, match="finite"):
        scored(wrong, [])


# -- provenance and parity ---------------------------------------------------------------------------------------------


@given(scores())
def test_the_same_bits_after_a_file_and_when_computed_again(result: Score) -> None:
    """What ranked a split is what rewards it: the record gives the very number back, and so does its recomputation."""
    read = from_json(json.loads(json.dumps(to_json(result))))
    assert read == result
    assert rescore(read.provenance) == result
    assert read.value.hex() == result.value.hex()
    assert read.provenance.version == VERSION


@given(scores())
def test_records_are_whole(result: Score) -> None:
    data = to_json(result)
    json.dumps(data, allow_nan=False)
    assert set(data) >= {"outcome", "S", "goal", "children", "source", "variant", "temperature", "version"}
    assert data["S"] == result.value


def test_pinned_bits() -> None:
    """The same on every machine: no libm is asked. A change of these needs a new VERSION."""
    assert VERSION == "score 1"
    assert smooth_max([60, 40]).hex() == "0x1.e0b9daf271452p+5"
    assert smooth_max([7, 8]).hex() == "0x1.5fb3c4a189a81p+3"
    assert smooth_max([12.5] * 3).hex() == "0x1.1fe39465610f3p+4"


def test_scores_of_other_definitions_are_not_recomputed() -> None:
    old = dataclasses.replace(scored(10, [child(1)]).provenance, version="score 0")
    with pytest.raises(ValueError, match="score 0"):
        rescore(old)


@pytest.mark.parametrize("field", ["outcome", "S_missing", "counterexample"])
def test_other_records_are_refused(field: str) -> None:
    data = to_json(scored(10, [child(1)]))
    if field == "outcome":
        data["outcome"] = "won"
    elif field == "counterexample":
        data["children"][0]["counterexample"] = "unsure"
    else:
        del data["smooth_max"]
    with pytest.raises((ValueError, KeyError)):
        from_json(data)


# -- choosing ----------------------------------------------------------------------------------------------------------


def test_preferences_are_no_argmax() -> None:
    """A softmax of raw footprints gives 300 against 290 the odds of 22,000 to 1."""
    low, high = preferences([290, 300])
    assert high / low == pytest.approx(math.e)
    assert preferences([]) == []
    assert preferences([7, 7, 7, 7]) == [0.25] * 4


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=20), st.floats(0.05, 10))
def test_preferences_are_probabilities_in_order(sizes: list[float], temperature: float) -> None:
    chances = preferences(sizes, temperature)
    assert math.fsum(chances) == pytest.approx(1)
    assume(len(sizes) > 1)
    ranked = [chance for _, chance in sorted(zip(sizes, chances, strict=True))]
    assert ranked == sorted(ranked)
