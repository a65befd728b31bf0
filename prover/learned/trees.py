"""Gradient-boosted trees as flat arrays, evaluated with numpy for all rows at once.

All tests are made whatever their outcomes: a test that fails rules out the leaves on its left side, and a row's leaf is
the first one that remains (QuickScorer; Lucchese et al., SIGIR 2015). No walk waits for the step before.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

FIELDS = ("feature", "threshold", "left", "right", "value", "roots")
LEAVES = 8
"""Of a tree, at most."""
_ALL = (1 << LEAVES) - 1


@dataclass(frozen=True)
class Trees:
    """All trees of a model, one node after the other. A node sends a row left where x[feature] <= threshold. A leaf is
    its own child on both sides and alone has a `value`. `roots`: the first node of each tree, of `LEAVES` leaves at
    most. A prediction is the sum of the leaves' values."""

    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    value: np.ndarray
    roots: np.ndarray

    @classmethod
    def read(cls, arrays: Mapping[str, Any], prefix: str, features: int) -> Trees:
        """From arrays named PREFIX.FIELD. Raises ValueError where they are no forest over so many features."""
        import numpy as np

        feature, threshold, left, right, value, roots = (np.asarray(arrays[f"{prefix}.{name}"]) for name in FIELDS)
        # Indices as numpy wants them: others would be converted at every step.
        feature, left, right, roots = (each.astype(np.intp) for each in (feature, left, right, roots))
        size = len(feature)
        if not size or any(each.shape != (size,) for each in (threshold, left, right, value)):
            raise ValueError(f"{prefix}: arrays of different lengths")
        if not (np.isfinite(value).all() and ((feature >= 0) & (feature < features)).all()):
            raise ValueError(f"{prefix}: a value or a feature out of range")
        own = np.arange(size)
        leaf = (left == own) & (right == own)
        inner = ~leaf
        # Children come after their parents, so every walk ends.
        if ((left >= size) | (right >= size) | (roots < 0).any() | (roots >= size).any()).any():
            raise ValueError(f"{prefix}: a node out of range")
        if (left[inner] <= own[inner]).any() or (right[inner] <= own[inner]).any():
            raise ValueError(f"{prefix}: a node before its parent")
        made = cls(feature, threshold, left, right, value, roots)
        if any(len(_leaves(made, int(root))) > LEAVES for root in roots):
            raise ValueError(f"{prefix}: a tree of more than {LEAVES} leaves")
        return made

    def predict(self, x: np.ndarray) -> np.ndarray:
        """x: (n, features), finite. Returns (n,) float64."""
        return self.predict_shared(x.ravel()[:0], x)

    def predict_shared(self, shared: np.ndarray, x: np.ndarray) -> np.ndarray:
        """The same for rows that begin with equal features: `shared` (k,), then x (n, features - k). Tests of shared
        features are made once for all rows."""
        import numpy as np

        own, common = self._tests(len(shared))
        reachable = own.reachable(np.ascontiguousarray(x.T, dtype=np.float64))
        if len(shared):
            reachable &= common.reachable(np.asarray(shared, dtype=np.float64)[:, None])
        leaf = _lowest()[reachable]
        leaf += np.arange(0, leaf.shape[0] * LEAVES, LEAVES)[:, None]
        return np.asarray(self._values.take(leaf).sum(axis=0), dtype=np.float64)

    @cached_property
    def _values(self) -> np.ndarray:
        """(trees, LEAVES): the leaves' values from left to right, 0 where a tree has fewer."""
        import numpy as np

        values = np.zeros((len(self.roots), LEAVES))
        for tree, root in enumerate(self.roots):
            leaves = _leaves(self, int(root))
            values[tree, : len(leaves)] = self.value[leaves]
        return values

    def _tests(self, shared: int) -> tuple[_Tests, _Tests]:
        """The tests of features that rows have of their own, and those of the first `shared` features."""
        cache: dict[int, tuple[_Tests, _Tests]] = self.__dict__.setdefault("_tests_by_shared", {})
        if shared not in cache:
            parts = _Tests.of(self, lambda feature: feature >= shared, shared), _Tests.of(self, lambda f: f < shared, 0)
            cache[shared] = parts
        return cache[shared]


@dataclass(frozen=True)
class _Tests:
    """Tests of all trees, one tree's after the other's (`starts`: where each begins). `kept`: the leaves, as bits from
    the left, that can still be reached when the test fails. Each tree begins with a test that never fails."""

    feature: np.ndarray
    threshold: np.ndarray
    kept: np.ndarray
    starts: np.ndarray

    @classmethod
    def of(cls, trees: Trees, wanted: Callable[[int], bool], first: int) -> _Tests:
        """Of the features that are `wanted`, counted from `first`."""
        import numpy as np

        rows: list[tuple[int, float, int]] = []
        starts: list[int] = []
        for root in trees.roots:
            place = {node: bit for bit, node in enumerate(_leaves(trees, int(root)))}
            starts.append(len(rows))
            rows.append((0, math.inf, _ALL))
            for node in _inner(trees, int(root)):
                if wanted(int(trees.feature[node])):
                    lost = sum(1 << place[leaf] for leaf in _leaves(trees, int(trees.left[node])))
                    rows.append((int(trees.feature[node]) - first, float(trees.threshold[node]), _ALL & ~lost))
        feature, threshold, kept = zip(*rows, strict=True)
        return cls(
            np.asarray(feature, np.intp),
            np.asarray(threshold, np.float64)[:, None],
            np.asarray(kept, np.uint8)[:, None],
            np.asarray(starts, np.intp),
        )

    def reachable(self, columns: np.ndarray) -> np.ndarray:
        """columns: (features, n). Returns (trees, n) uint8: the leaves that no test rules out, as bits."""
        import numpy as np

        fails = columns.take(self.feature, axis=0) > self.threshold
        return np.bitwise_and.reduceat(np.where(fails, self.kept, np.uint8(_ALL)), self.starts, axis=0)


def _inner(trees: Trees, root: int) -> list[int]:
    """Nodes with a test below `root`, itself among them."""
    found, waiting = [], [root]
    while waiting:
        node = waiting.pop()
        if trees.left[node] != node:
            found.append(node)
            waiting += [int(trees.right[node]), int(trees.left[node])]
    return found


def _leaves(trees: Trees, root: int) -> list[int]:
    """Leaves below `root`, from left to right."""
    found, waiting = [], [root]
    while waiting:
        node = waiting.pop()
        if trees.left[node] == node:
            found.append(node)
        else:
            waiting += [int(trees.right[node]), int(trees.left[node])]
    return found


@lru_cache(maxsize=1)
def _lowest() -> np.ndarray:
    """The place of the lowest bit of each number of `LEAVES` bits, 0 for 0."""
    import numpy as np

    numbers = np.arange(1 << LEAVES, dtype=np.int64)
    return np.where(numbers, np.log2(np.maximum(numbers & -numbers, 1)), 0).astype(np.intp)
