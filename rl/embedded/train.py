"""Train the embedded model from recorded attempts (about a minute, without Lean).

    python -m rl.embedded.train [--data benchmarks/embedded/attempts.jsonl.gz] [--out prover/learned] [--seed 0]

Needs LightGBM (extra `train`). Writes the weights and their card: command, data hash, seed, versions, metrics. Held-out
families are never trained on, and neither is a goal whose key is that of a held-out one. Whatever is chosen
(calibration, `alike`, which rounds of attempts the finishing moves are learned from, whether splits are ranked, the
blend) is chosen by predictions that were made across families of
the training part: each is predicted by trees that have not seen its family.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import math
import platform
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from decompose.calibration import auroc, brier, calibration_error, reliability
from prover.learned import features
from prover.learned.model import CARD, FORMAT, WEIGHTS, Estimate
from prover.learned.ranking import placed
from rl.embedded import boost, dataset
from rl.embedded.boost import BoostConfig
from rl.embedded.dataset import Moves, Row

MOVES = BoostConfig(rounds=150, leaves=8, least=15)
SPLITS = BoostConfig(rounds=60, leaves=6, least=8)
SECONDS = BoostConfig(rounds=50, leaves=8, rate=0.1, least=20)
GOALS = BoostConfig(rounds=60, leaves=3, least=10, columns=0.2)
ALIKE = tuple((near, far) for near in (0.0, 0.25, 0.5, 1.0) for far in (0.0, 0.25, 0.5, 1.0))
"""Choices for `prover.learned.ranking.placed`."""
USUAL, CLEAR = (0.5, 0.25), 0.002
"""What `alike` is unless another choice has a log loss that is less by so much, about its standard error."""
TIRED = (0.0, 0.5, 1.0, 2.0)
"""By how much the log odds of all moves of a goal fall for each doubling of those that have failed: a goal that resists
is hard. It changes no order; without it `alike` would have to say it."""
RANK_SPLITS = False
"""Whether the search may go by the forest of splits. Its order is better across families, but proofs count: on the
smoke suite (`benchmarks.smoke`, 10 calls) it proves 21 of 32 theorems where the fixed order of splits proves 25."""
FOLDS = 5
Fitted = Callable[[np.ndarray, np.ndarray], np.ndarray]


def parted(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """The rows to train on and those held out."""
    held = [row for row in rows if row["held_out"]]
    known = {row["key"] for row in held}
    return [row for row in rows if not row["held_out"] and row["key"] not in known], held


def across_families(
    x: np.ndarray,
    y: np.ndarray,
    families: Sequence[str],
    config: BoostConfig,
    objective: str,
    seed: int,
    usable: np.ndarray | None = None,
) -> np.ndarray:
    """For each example the sum of trees that were fitted without its family, (n,); to `usable` ones only, if given."""
    names = sorted(set(families))
    np.random.default_rng(seed).shuffle(names)
    fold = {name: place % FOLDS for place, name in enumerate(names)}
    folds = np.asarray([fold[name] for name in families])
    made = np.zeros(len(y))
    for each in sorted(set(folds.tolist())):
        inside = folds != each
        fitted = inside if usable is None else inside & usable
        made[~inside] = boost.fit(x[fitted], y[fitted], config, objective=objective, seed=seed).predict(x[~inside])
    return made


def compared(inside: Sequence[Row], first: Sequence[Row], seed: int) -> dict[str, dict[str, float | None]]:
    """What the training rows beyond the first round's are worth: how well trees that were fitted to these, and to all,
    order the moves of goals whose families they have not seen; of the first round's goals, the later ones, and all."""
    marks = {row["mark"] for row in first}
    data = dataset.moves(inside)
    families = [inside[at]["family"] for at in data.goal]
    known = np.asarray([inside[at]["mark"] in marks for at in data.goal])
    everyone = np.ones(len(known), bool)
    found: dict[str, dict[str, float | None]] = {}
    for name, usable in (("first", known), ("all", everyone)):
        sums = across_families(data.x, data.proved, families, MOVES, "binary", seed, usable)
        found[name] = {
            part: _rounded(order_quality(sums[chosen], data.proved[chosen], data.goal[chosen]))
            for part, chosen in (("first", known), ("later", ~known), ("all", everyone))
        }
    return found


def platt(sums: np.ndarray, outcomes: np.ndarray) -> tuple[float, float]:
    """Slope and intercept that make log odds of `sums` (Platt scaling, by Newton's method; slope at least 0.05: the
    order of estimates is never turned round)."""
    slope, intercept = 1.0, 0.0
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(slope * sums + intercept, -30, 30)))
        gradient = np.asarray([((p - outcomes) * sums).sum() + 1e-2 * (slope - 1), (p - outcomes).sum()])
        w = p * (1 - p)
        hessian = np.asarray([[(w * sums * sums).sum() + 1e-2, (w * sums).sum()], [(w * sums).sum(), w.sum() + 1e-6]])
        step = np.linalg.solve(hessian, gradient)
        slope, intercept = slope - step[0], intercept - step[1]
        if np.abs(step).max() < 1e-9:
            break
    return max(0.05, float(slope)), float(intercept)


def _by_goal(goal: np.ndarray) -> list[np.ndarray]:
    return [np.flatnonzero(goal == each) for each in dict.fromkeys(goal.tolist())]


def _log_loss(p: np.ndarray, outcomes: np.ndarray) -> float:
    return float(-np.log(np.clip(np.where(outcomes, p, 1 - p), 1e-9, 1)).mean())


def order_quality(score: np.ndarray, proved: np.ndarray, goal: np.ndarray) -> float | None:
    """The chance that a move that proves its goal stands before one of the same goal that does not: the area under
    the ROC curve within goals."""
    wins = pairs = 0.0
    for members in _by_goal(goal):
        good, bad = score[members][proved[members]], score[members][~proved[members]]
        difference = good[:, None] - bad[None, :]
        wins += float((difference > 0).sum() + 0.5 * (difference == 0).sum())
        pairs += difference.size
    return wins / pairs if pairs else None


def loss_in_order(odds: np.ndarray, data: Moves, alike: tuple[float, float], tired: float = 0.0) -> float:
    """Mean log loss of the chances that moves have in the model's order, given that all before have failed; up to the
    first of a goal's recorded moves that proves it. What `alike` says of moves like those that failed is tested here:
    it should make these chances right."""
    losses: list[float] = []
    for members in _by_goal(data.goal):
        chances = _sigmoid(odds[members])
        estimates = [Estimate(float(p), float(s)) for p, s in zip(chances, data.seconds[members], strict=True)]
        order = placed([data.candidates[at] for at in members], estimates, alike)
        for failed, each in enumerate(order):
            proved = bool(data.proved[members[each.index]])
            fallen = math.log(each.chance / (1 - each.chance)) - tired * math.log2(1 + failed)
            losses.append(math.log1p(math.exp(-fallen if proved else fallen)))
            if proved:
                break
    return float(np.mean(losses))


def judged(p: np.ndarray, outcomes: np.ndarray) -> dict[str, Any]:
    """Metrics of probabilities (n,) against outcomes."""
    chances, truths = [float(each) for each in p], [bool(each) for each in outcomes]
    bins = reliability(chances, truths)
    return {
        "examples": len(truths),
        "proved": sum(truths),
        "auroc": _rounded(auroc(chances, truths)),
        "auroc_95": _rounded(_half_width(auroc(chances, truths), truths)),
        "brier": _rounded(brier(chances, truths)),
        "log_loss": _rounded(_log_loss(p, outcomes)),
        "calibration_error": _rounded(calibration_error(bins)),
        "reliability": [
            [each.low, each.high, each.count, _rounded(each.mean), _rounded(each.rate)] for each in bins if each.count
        ],
    }


def _half_width(area: float | None, outcomes: Sequence[bool]) -> float | None:
    """Half of the 95 % interval of an AUROC (Hanley and McNeil 1982)."""
    if area is None:
        return None
    positive = sum(outcomes)
    negative = len(outcomes) - positive
    one, two = area / (2 - area), 2 * area * area / (1 + area)
    variance = area * (1 - area) + (positive - 1) * (one - area * area) + (negative - 1) * (two - area * area)
    return 1.96 * math.sqrt(max(variance, 0.0) / (positive * negative))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), 4)


def _sigmoid(values: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-np.clip(values, -12, 12))))


def train(rows: Sequence[Row], seed: int) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """The arrays of the weights and the learned part of the card, from all rows (held-out ones only measured)."""
    everything, held = parted(rows)
    arrays: dict[str, np.ndarray] = {}
    card: dict[str, Any] = {"scales": {}, "metrics": {"train": {}, "held_out": {}}}
    first = [row for row in everything if row.get("round", 1) == 1]
    found = compared(everything, first, seed)
    better = len(first) == len(everything) or (found["all"]["all"] or 0.0) >= (found["first"]["all"] or 0.0)
    inside = everything if better else first
    card["rounds"] = {"used": "all" if better else "first", "order": found}
    ours, theirs = dataset.moves(inside), dataset.moves(held)
    families = [inside[at]["family"] for at in ours.goal]

    sums = across_families(ours.x, ours.proved, families, MOVES, "binary", seed)
    card["scales"]["moves"] = scale = platt(sums, ours.proved)
    odds = scale[0] * sums + scale[1]
    losses = {alike: min(loss_in_order(odds, ours, alike, tired) for tired in TIRED) for alike in ALIKE}
    best = min(losses, key=lambda alike: losses[alike])
    card["alike"] = best if losses[best] < losses[USUAL] - CLEAR else USUAL
    card["alike_losses"] = [[*alike, round(loss, 4)] for alike, loss in losses.items()]
    trees = boost.fit(ours.x, ours.proved, MOVES, objective="binary", seed=seed)
    arrays |= dict(boost.arrays(trees, "moves"))
    tested = scale[0] * trees.predict(theirs.x) + scale[1]
    for part, data, numbers in (("train", ours, odds), ("held_out", theirs, tested)):
        card["metrics"][part]["moves"] = {
            **judged(_sigmoid(numbers), data.proved),
            "order": _rounded(order_quality(numbers, data.proved, data.goal)),
            "order_fixed": _rounded(order_quality(-data.price, data.proved, data.goal)),
        }

    arrays |= _splits(everything, held, seed, card)
    logged = np.log(np.maximum(ours.seconds, 0.01))
    timed = boost.fit(ours.x, logged, SECONDS, objective="regression", seed=seed)
    arrays |= dict(boost.arrays(timed, "seconds"))
    # The mean of the exponential is above the exponential of the mean.
    card["scales"]["seconds"] = (1.0, 0.5 * float(np.var(logged - timed.predict(ours.x))))

    arrays |= _goals(inside, held, seed, card)
    return arrays, card


def _splits(inside: Sequence[Row], held: Sequence[Row], seed: int, card: dict[str, Any]) -> dict[str, np.ndarray]:
    """Trees about splits. They are used where they order the splits of a goal better than the fixed prices do, across
    families of the training part."""
    ours, theirs = dataset.splits(inside), dataset.splits(held)
    families = [inside[at]["family"] for at in ours.goal]
    sums = across_families(ours.x, ours.proved, families, SPLITS, "binary", seed)
    card["scales"]["splits"] = scale = platt(sums, ours.proved)
    trees = boost.fit(ours.x, ours.proved, SPLITS, objective="binary", seed=seed)
    tested = trees.predict(theirs.x) if len(theirs.x) else np.zeros(0)
    for part, data, numbers in (("train", ours, sums), ("held_out", theirs, tested)):
        if len(data.proved):
            card["metrics"][part]["splits"] = {
                **judged(_sigmoid(scale[0] * numbers + scale[1]), data.proved),
                "order": _rounded(order_quality(numbers, data.proved, data.goal)),
                "order_fixed": _rounded(order_quality(-data.price, data.proved, data.goal)),
            }
    found = card["metrics"]["train"]["splits"]
    better = (found["order"] or 0.0) > (found["order_fixed"] or 0.0)
    card["splits"] = {"better_across_families": better, "used": better and RANK_SPLITS}
    return dict(boost.arrays(trees, "splits"))


def _goals(inside: Sequence[Row], held: Sequence[Row], seed: int, card: dict[str, Any]) -> dict[str, np.ndarray]:
    x, proved, footprints = dataset.goals(inside)
    families = [row["family"] for row in inside if dataset.telling(row)]
    sums = across_families(x, proved, families, GOALS, "binary", seed)
    card["scales"]["goals"] = scale = platt(sums, proved)
    trees = boost.fit(x, proved, GOALS, objective="binary", seed=seed)
    their_x, their_proved, their_footprints = dataset.goals(held)
    parts = (
        ("train", sums, proved, footprints),
        ("held_out", trees.predict(their_x), their_proved, their_footprints),
    )
    ours = -np.log(_sigmoid(scale[0] * sums + scale[1]))
    nats = float((ours * footprints).sum() / (ours * ours).sum())
    areas = {w: _area(w * nats * ours + (1 - w) * footprints, proved) for w in np.linspace(0, 1, 11)}
    weight = max(areas, key=lambda w: (areas[w], w))
    card["blend"] = {"learned": round(float(weight), 2), "constants_per_nat": round(nats, 3)}
    for part, numbers, outcomes, prints in parts:
        p = _sigmoid(scale[0] * numbers + scale[1])
        learned = -np.log(p)
        card["metrics"][part]["goals"] = {
            **judged(p, outcomes),
            "auroc_footprint": _rounded(_area(prints, outcomes)),
            "auroc_blend": _rounded(_area(weight * nats * learned + (1 - weight) * prints, outcomes)),
        }
    return dict(boost.arrays(trees, "goals"))


def _area(difficulty: np.ndarray, outcomes: np.ndarray) -> float:
    return auroc([-float(each) for each in difficulty], [bool(each) for each in outcomes]) or 0.5


def write(out: Path, arrays: Mapping[str, np.ndarray], card: dict[str, Any]) -> None:
    """Weights and card, the card last."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **dict(arrays))
    data = buffer.getvalue()
    (out / WEIGHTS).write_bytes(data)
    whole = {"format": FORMAT, "features": features.VERSION, "weights_sha256": hashlib.sha256(data).hexdigest(), **card}
    (out / CARD).write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = Path(__file__).resolve().parents[2]
    parser.add_argument("--data", type=Path, default=root / "benchmarks" / "embedded" / "attempts.jsonl.gz")
    parser.add_argument("--out", type=Path, default=root / "prover" / "learned")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    rows, digest = dataset.read(options.data)
    arrays, card = train(rows, options.seed)
    given = list(sys.argv[1:]) if arguments is None else list(arguments)
    inside, held = parted(rows)
    about = {
        "command": shlex.join(["python", "-m", "rl.embedded.train", *given]),
        "data": options.data.name,
        "data_sha256": digest,
        "goals": {"train": len(inside), "held_out": len(held)},
        "seed": options.seed,
        "versions": {"python": platform.python_version(), "numpy": np.__version__, "lightgbm": version("lightgbm")},
    }
    write(options.out, arrays, about | card)
    print(json.dumps(card, indent=1))


if __name__ == "__main__":
    main()
