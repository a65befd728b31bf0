"""Gradient boosting with LightGBM (extra `train`), and its trees as the flat arrays of `prover.learned.trees`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from prover.learned.trees import Trees


@dataclass(frozen=True, slots=True)
class BoostConfig:
    """rounds: trees. leaves: of a tree, at most `prover.learned.trees.LEAVES`. rate: shrinkage. least: examples in a
    leaf at least. columns, rows: share that each tree sees. ridge: L2 penalty of leaf values."""

    rounds: int = 150
    leaves: int = 8
    rate: float = 0.05
    least: int = 15
    columns: float = 0.3
    rows: float = 0.7
    ridge: float = 5.0


def fit(
    x: np.ndarray, y: np.ndarray, config: BoostConfig, *, objective: str, seed: int, weight: np.ndarray | None = None
) -> Trees:
    """Trees for y (n,) from x (n, k): log odds for `binary`, the value itself for `regression`. Deterministic for a
    seed; one thread."""
    import lightgbm

    parameters = {
        "objective": objective,
        "num_leaves": config.leaves,
        "learning_rate": config.rate,
        "min_data_in_leaf": config.least,
        "feature_fraction": config.columns,
        "bagging_fraction": config.rows,
        "bagging_freq": 1,
        "lambda_l2": config.ridge,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "verbosity": -1,
    }
    data = lightgbm.Dataset(x, label=y.astype(np.float64), weight=weight)
    booster = lightgbm.train(parameters, data, num_boost_round=config.rounds)
    return flat(booster.dump_model())


def flat(dump: dict[str, Any]) -> Trees:
    """What LightGBM dumps, as arrays: parents before children."""
    feature: list[int] = []
    threshold: list[float] = []
    left: list[int] = []
    right: list[int] = []
    value: list[float] = []

    def add(node: dict[str, Any]) -> int:
        at = len(feature)
        leaf = "leaf_value" in node
        feature.append(0 if leaf else int(node["split_feature"]))
        threshold.append(0.0 if leaf else float(node["threshold"]))
        value.append(float(node["leaf_value"]) if leaf else 0.0)
        left.append(at)
        right.append(at)
        if not leaf:
            left[at] = add(node["left_child"])
            right[at] = add(node["right_child"])
        return at

    roots = [add(tree["tree_structure"]) for tree in dump["tree_info"]]
    return Trees(
        np.asarray(feature, np.int32),
        np.asarray(threshold, np.float64),
        np.asarray(left, np.int32),
        np.asarray(right, np.int32),
        np.asarray(value, np.float64),
        np.asarray(roots, np.int32),
    )


def arrays(trees: Trees, prefix: str) -> Iterator[tuple[str, np.ndarray]]:
    """Names and arrays as `Trees.read` wants them."""
    for name in ("feature", "threshold", "left", "right", "value", "roots"):
        yield f"{prefix}.{name}", getattr(trees, name)
