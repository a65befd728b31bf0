"""Training of the embedded model: from recorded attempts to weights. LightGBM only where it is installed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prover.learned.features import GOAL_NAMES, MOVE_NAMES
from prover.learned.model import CARD, read_model
from prover.learned.trees import Trees
from rl.embedded import dataset, train
from rl.embedded.dataset import Row

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "benchmarks" / "embedded" / "attempts.jsonl.gz"


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return dataset.read(DATA)[0]


def test_the_card_names_the_data_in_the_repository() -> None:
    card = json.loads((ROOT / "prover" / "learned" / CARD).read_text(encoding="utf-8"))
    assert card["data_sha256"] == dataset.read(DATA)[1] and DATA.stat().st_size < 2_000_000


def test_no_held_out_goal_is_trained_on(rows: list[Row]) -> None:
    inside, held = train.parted(rows)
    assert inside and held
    assert not {row["family"] for row in inside} & {row["family"] for row in held}
    assert not {row["key"] for row in inside} & {row["key"] for row in held}


def test_examples_are_what_inference_sees(rows: list[Row]) -> None:
    made = dataset.moves(rows[:20])
    assert made.x.shape == (len(made.proved), len(GOAL_NAMES) + len(MOVE_NAMES)) and np.isfinite(made.x).all()
    assert len(made.candidates) == len(made.seconds) == len(made.goal) == len(made.place) == len(made.price)


def test_a_split_is_judged_by_what_it_led_to(rows: list[Row]) -> None:
    made = dataset.splits(rows)
    assert 100 < len(made.proved) == len(made.candidates) and 0 < made.proved.sum() < len(made.proved)
    assert all(each.kind != "complete" or each.lemmas for each in made.candidates)


def test_the_order_of_one_who_knows_loses_nothing(rows: list[Row]) -> None:
    made = dataset.moves(rows[:60])
    best, nothing, worst = (train.loss_in_order(k * (2.0 * made.proved - 1), made, (0.0, 0.0)) for k in (12, 0, -4))
    assert best < 1e-4 < nothing < worst and nothing == pytest.approx(np.log(2))


def test_what_a_clock_ended_is_no_label() -> None:
    def tried(verdict: str, reason: str = "", kind: str = "complete", lemmas: int = 0) -> dict[str, object]:
        return {"verdict": verdict, "reason": reason, "kind": kind, "lemmas": lemmas}

    row: Row = {
        "tried": [
            tried("justified"),
            tried("limit", "limit of heartbeats reached"),
            tried("limit", "limit of 15 seconds reached"),
            tried("machinery"),
            tried("justified", kind="split"),
            tried("justified", lemmas=1),
        ]
    }
    assert [each["verdict"] for each in dataset.telling(row)] == ["justified", "limit"]


@given(st.lists(st.tuples(st.floats(-5, 5), st.booleans()), min_size=2, max_size=40))
def test_calibration_never_turns_the_order_round(points: list[tuple[float, bool]]) -> None:
    sums, outcomes = np.asarray([a for a, _ in points]), np.asarray([b for _, b in points])
    slope, intercept = train.platt(sums, outcomes)
    assert slope > 0 and np.isfinite(intercept)


def test_calibration_finds_the_odds_that_were_there() -> None:
    sums = np.random.default_rng(0).normal(size=4000)
    outcomes = np.random.default_rng(1).random(4000) < 1 / (1 + np.exp(-(2.0 * sums - 1.0)))
    slope, intercept = train.platt(sums, outcomes)
    assert abs(slope - 2.0) < 0.2 and abs(intercept + 1.0) < 0.2


def test_order_quality_is_within_goals() -> None:
    proved = np.asarray([True, False, True, False])
    goal = np.asarray([0, 0, 1, 1])
    assert train.order_quality(np.asarray([2.0, 1.0, 0.0, 0.5]), proved, goal) == 0.5
    assert train.order_quality(np.asarray([2.0, 1.0, 0.0, 0.5]), ~proved, np.asarray([0, 0, 0, 0])) == 0.5
    assert train.order_quality(np.asarray([1.0]), np.asarray([True]), np.asarray([0])) is None


@pytest.mark.train
def test_a_whole_training(rows: list[Row], tmp_path: Path) -> None:
    pytest.importorskip("lightgbm")
    few = [row for row in rows if row["held_out"]][:25] + [row for row in rows if not row["held_out"]][:60]
    arrays, card = train.train(few, seed=0)
    again, _ = train.train(few, seed=0)
    assert all(np.array_equal(arrays[name], again[name]) for name in arrays)
    train.write(tmp_path, arrays, {"data_sha256": "", "seed": 0, **card})
    model = read_model(tmp_path)
    data = dataset.moves(few)
    trees = Trees.read(arrays, "moves", data.x.shape[1])
    assert model.moves.predict(data.x).tolist() == trees.predict(data.x).tolist()
    assert set(card["metrics"]) == {"train", "held_out"} and 0 <= card["blend"]["learned"] <= 1
