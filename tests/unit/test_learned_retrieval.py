"""The learned embedding of premises: what it reads, how it ranks with the constants, and what happens without it."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prover.learned.retrieval import (
    BUCKETS,
    CARD,
    FORMAT,
    WEIGHTS,
    PremiseEmbedding,
    constant_features,
    goal_bag,
    name_features,
    read_embedding,
    theorem_bag,
)
from prover.learned.store import ModelError
from prover.premises import PremiseIndex

LIBRARY = [
    ("List.length_append", ("Eq", "List.length", "HAppend.hAppend", "List")),
    ("List.length_map", ("Eq", "List.length", "List.map", "List")),
    ("List.map_map", ("Eq", "List.map", "Function.comp", "List")),
    ("Nat.add_comm", ("Eq", "HAdd.hAdd", "Nat")),
    ("Nat.gcd_comm", ("Eq", "Nat.gcd", "Nat")),
]
CONSTANTS = sorted({constant for _, constants in LIBRARY for constant in constants})
goals = st.dictionaries(st.sampled_from([*CONSTANTS, "unknown"]), st.sampled_from([0.4, 1.0]), max_size=6)


def tables(seed: int = 0, width: int = 4) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    return tuple(draw.normal(size=(BUCKETS, width)).astype(np.float32) for _ in range(2))  # type: ignore[return-value]


def embedding(seed: int = 0, blend: float = 1.0) -> PremiseEmbedding:
    return PremiseEmbedding(*tables(seed), {"blend": blend, "weights_sha256": f"{seed} {blend}"})


def stored(folder: Path, **card: Any) -> Path:
    buffer = io.BytesIO()
    goals_, theorems = tables()
    np.savez_compressed(buffer, goals=goals_.astype(np.float16), theorems=theorems.astype(np.float16))
    (folder / WEIGHTS).write_bytes(buffer.getvalue())
    whole = {"format": FORMAT, "weights_sha256": hashlib.sha256(buffer.getvalue()).hexdigest(), "blend": 2.0} | card
    (folder / CARD).write_text(json.dumps(whole))
    return folder


class TestFeatures:
    def test_a_constant_shares_its_parts_with_others_and_not_its_name(self) -> None:
        one, other = (dict(constant_features(name)) for name in ("List.length", "Array.length"))
        assert set(one) & set(other) and set(one) != set(other)
        assert set(dict(name_features("List.length_append"))) & set(dict(name_features("Array.size_append")))

    @given(goals)
    def test_bags_have_length_one_or_are_empty(self, goal: dict[str, float]) -> None:
        weights = PremiseIndex(LIBRARY).weights
        for bag in (goal_bag(goal, weights), theorem_bag("Nat.gcd_comm", tuple(goal), weights)):
            assert not bag or sum(value * value for value in bag.values()) == pytest.approx(1.0)
        assert theorem_bag("Nat.gcd_comm", (), weights) and goal_bag({"unknown": 1.0}, weights) == {}


class TestRanking:
    @given(goals, st.integers(0, 3), st.sampled_from([0.0, 0.5, 5.0]))
    def test_the_score_is_cosine_and_embedding(self, goal: dict[str, float], seed: int, blend: float) -> None:
        index, model = PremiseIndex(LIBRARY), embedding(seed, blend)
        goal_table, theorem_table = tables(seed)

        def vector(table: np.ndarray, bag: dict[int, float]) -> np.ndarray:
            return sum((value * table[bucket] for bucket, value in bag.items()), np.zeros(table.shape[1]))

        cosines = index.cosines(goal)
        scores = {
            name: blend * cosine
            + vector(goal_table, goal_bag(goal, index.weights))
            @ vector(theorem_table, theorem_bag(name, index.constants(name), index.weights))
            for name, cosine in zip(index.names, cosines, strict=True)
            if cosine > 0
        }
        found = index.select(goal, 10, model)
        assert set(found) == set(scores)
        assert [scores[name] for name in found] == pytest.approx(sorted(scores.values(), reverse=True), abs=1e-4)

    @given(goals)
    def test_cosines_are_cosines(self, goal: dict[str, float]) -> None:
        assert ((PremiseIndex(LIBRARY).cosines(goal) >= 0) & (PremiseIndex(LIBRARY).cosines(goal) <= 1 + 1e-9)).all()

    def test_an_embedding_that_counts_nothing_changes_nothing(self) -> None:
        index, zero = PremiseIndex(LIBRARY), np.zeros((BUCKETS, 2), np.float32)
        goal = dict.fromkeys(("List.map", "List", "Eq"), 1.0)
        flat = PremiseEmbedding(zero, zero, {"blend": 1.0, "weights_sha256": "zero"})
        assert index.select(goal, 5, flat) == index.select(goal, 5)


class TestReading:
    def test_what_was_written_is_read(self, tmp_path: Path) -> None:
        model = read_embedding(stored(tmp_path))
        assert model.blend == 2.0 and model.goals.dtype == np.float32 and model.name.startswith("retrieval ")

    @pytest.mark.parametrize(
        ("card", "words"),
        [
            ({"format": 999}, "version"),
            ({"weights_sha256": "0"}, "not those of its card"),
            ({"blend": None}, "no better"),
            ({"blend": "x"}, "cannot be read"),
        ],
    )
    def test_what_does_not_fit_is_refused(self, tmp_path: Path, card: dict[str, Any], words: str) -> None:
        with pytest.raises(ModelError, match=words):
            read_embedding(stored(tmp_path, **card))

    def test_missing(self, tmp_path: Path) -> None:
        with pytest.raises(ModelError, match="not there"):
            read_embedding(tmp_path)
