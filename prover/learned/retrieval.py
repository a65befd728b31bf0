"""The learned embedding of goals and premises: what theorems of the library are likely to be worth for a goal.

Two towers over hashed features: a goal and a theorem are bags of the constants that their statements mention, of the
parts of these constants' names, and a theorem also of the parts of its own name. Each bag is a weighted sum of rows of
its tower's table, and the score is the product of the two vectors (StarSpace-like; Wu et al., AAAI 2018). It comes on
top of the cosine by constants (`prover.premises`), and was trained as its correction. Names that were never seen share
the parts of their names with others, so a library that it does not know is ranked, too. numpy only.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prover.learned.store import ModelError, read_stored

if TYPE_CHECKING:
    import numpy as np

FORMAT = 1
BUCKETS = 8192
WEIGHTS, CARD = "retrieval.npz", "retrieval.json"
_PART = 0.5
"""What a part of a name counts, beside the whole name."""
_OWN = 2.0
"""What a part of a theorem's own name counts."""
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")

Bag = Mapping[int, float]


@lru_cache(maxsize=65536)
def constant_features(name: str) -> tuple[tuple[int, float], ...]:
    """Buckets of a constant with what they count: the whole name, its namespace, the words of its last component."""
    namespace, _, last = name.rpartition(".")
    parts = [f"in {namespace}", *(f"word {word.lower()}" for word in _WORD.findall(last))]
    return (_bucket(f"constant {name}"), 1.0), *((_bucket(part), _PART) for part in parts)


@lru_cache(maxsize=65536)
def name_features(name: str) -> tuple[tuple[int, float], ...]:
    """Buckets of a theorem's own name."""
    namespace, _, last = name.rpartition(".")
    parts = [f"of {namespace}", *(f"named {word.lower()}" for word in _WORD.findall(last))]
    return tuple((_bucket(part), _OWN) for part in parts)


def _bucket(feature: str) -> int:
    return zlib.crc32(feature.encode()) % BUCKETS


def goal_bag(constants: Mapping[str, float], weights: Mapping[str, float]) -> dict[int, float]:
    """Of a goal: `constants` with what each counts (0 to 1), `weights` by rarity. Of length 1, or empty."""
    return _united((constant_features(name), count * weights.get(name, 0.0)) for name, count in constants.items())


def theorem_bag(name: str, constants: Iterable[str], weights: Mapping[str, float]) -> dict[int, float]:
    """Of a theorem: the constants of its statement, and its name. Of length 1."""
    about = [(constant_features(each), weights.get(each, 0.0)) for each in constants]
    return _united([*about, (name_features(name), 1.0)])


def _united(parts: Iterable[tuple[Iterable[tuple[int, float]], float]]) -> dict[int, float]:
    found: dict[int, float] = {}
    for buckets, weight in parts:
        for bucket, count in buckets:
            found[bucket] = found.get(bucket, 0.0) + weight * count
    length = sum(value * value for value in found.values()) ** 0.5
    return {bucket: value / length for bucket, value in found.items()} if length else {}


@dataclass(frozen=True, eq=False)
class PremiseEmbedding:
    """`goals`, `theorems`: a row for each bucket, (BUCKETS, width) float32. `card`: where they come from, and `blend`:
    what a unit of cosine by constants counts in the unit of these scores."""

    goals: np.ndarray
    theorems: np.ndarray
    card: Mapping[str, Any]

    @property
    def name(self) -> str:
        """For provenance."""
        return f"retrieval {str(self.card['weights_sha256'])[:12]}"

    @property
    def blend(self) -> float:
        return float(self.card["blend"])

    def matrix(self, names: Sequence[str], rows: Sequence[Sequence[str]], weights: Mapping[str, float]) -> np.ndarray:
        """A vector for each theorem, (n, width)."""
        return summed(self.theorems, [theorem_bag(name, row, weights) for name, row in zip(names, rows, strict=True)])

    def scores(self, matrix: np.ndarray, constants: Mapping[str, float], weights: Mapping[str, float]) -> np.ndarray:
        """What the embedding says of each theorem of `matrix` for a goal, (n,)."""
        import numpy as np

        return np.asarray(matrix @ summed(self.goals, [goal_bag(constants, weights)])[0])


def summed(table: np.ndarray, bags: Sequence[Bag]) -> np.ndarray:
    """The weighted sum of rows of `table` for each bag, (n, width)."""
    import numpy as np

    lengths = np.asarray([len(bag) for bag in bags])
    made = np.zeros((len(bags), table.shape[1]), np.float32)
    if not lengths.sum():
        return made
    buckets = np.fromiter((bucket for bag in bags for bucket in bag), np.intp)
    counts = np.fromiter((count for bag in bags for count in bag.values()), np.float32)
    kept = np.flatnonzero(lengths)
    starts = np.concatenate([[0], np.cumsum(lengths[kept])[:-1]])
    made[kept] = np.add.reduceat(table[buckets] * counts[:, None], starts, axis=0)
    return made


def read_embedding(folder: Path | Traversable | None = None) -> PremiseEmbedding:
    """The embedding in a folder, the one that ships with the package if None. Raises ModelError."""
    what = "the embedding of premises"
    arrays, card = read_stored(folder, WEIGHTS, CARD, {"format": FORMAT}, what)
    import numpy as np

    try:
        goals, theorems = (arrays[key].astype(np.float32) for key in ("goals", "theorems"))
        shapes = {goals.shape, theorems.shape}
        if len(shapes) != 1 or goals.ndim != 2 or len(goals) != BUCKETS or not np.isfinite([goals, theorems]).all():
            raise ValueError("its tables have another shape, or no finite numbers")
        if card["blend"] is None:
            raise ValueError("its card says that it is no better than the constants")
        return PremiseEmbedding(goals, theorems, {**card, "blend": float(card["blend"])})
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{what} cannot be read: {error}") from error


@lru_cache(maxsize=1)
def shipped_embedding() -> PremiseEmbedding | None:
    """`read_embedding()`, once for the process; None where it cannot be used."""
    try:
        return read_embedding()
    except ModelError:
        return None
