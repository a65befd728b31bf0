"""Gradient-boosted trees as flat arrays, evaluated with numpy for all rows at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

FIELDS = ("feature", "threshold", "left", "right", "value", "roots")


@dataclass(frozen=True)
class Trees:
    """All trees of a model, one node after the other. A node sends a row left where x[feature] <= threshold. A leaf is
    its own child on both sides and alone has a `value`. `roots`: the first node of each tree. `depth`: of the deepest.
    A prediction is the sum of the leaves' values."""

    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    value: np.ndarray
    roots: np.ndarray
    depth: int

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
        depth = np.zeros(size, np.int32)
        for node in np.flatnonzero(inner):
            depth[left[node]] = depth[right[node]] = depth[node] + 1
        return cls(feature, threshold, left, right, value, roots, int(depth.max()))

    def predict(self, x: np.ndarray) -> np.ndarray:
        """x: (n, features), finite. Returns (n,) float64."""
        import numpy as np

        return self._summed(x, np.stack([self.right, self.left], axis=1).ravel(), self.roots, 0)

    def predict_shared(self, shared: np.ndarray, x: np.ndarray) -> np.ndarray:
        """The same for rows that begin with equal features: `shared` (k,), then x (n, features - k). Tests of shared
        features are made once, and walks skip them."""
        import numpy as np

        count = len(shared)
        goes_left = shared[np.minimum(self.feature, count - 1)] <= self.threshold
        onward = np.where(goes_left, self.left, self.right)
        onward = np.where(self.feature < count, onward, np.arange(len(onward)))
        for _ in range(self.depth.bit_length()):
            onward = onward[onward]
        after = np.stack([onward[self.right], onward[self.left]], axis=1).ravel()
        return self._summed(x, after, onward[self.roots], count)

    def _summed(self, x: np.ndarray, after: np.ndarray, roots: np.ndarray, first: int) -> np.ndarray:
        """The leaves' values below `roots`, for rows that lack the features before `first`. `after`: where a node sends
        a row if its test fails (2 · node), and if it holds (2 · node + 1)."""
        import numpy as np

        is_leaf = after[2 * roots] == roots
        flat = np.ascontiguousarray(x, dtype=np.float64).ravel()
        starts = (np.arange(len(x)) * x.shape[1])[:, None]
        feature = np.maximum(self.feature - first, 0)
        node = np.broadcast_to(roots[~is_leaf], (len(x), int((~is_leaf).sum())))
        for _ in range(self.depth):
            holds = flat[starts + feature[node]] <= self.threshold[node]
            node = after[2 * node + holds]
        constant = float(self.value[roots[is_leaf]].sum())
        return np.asarray(constant + self.value[node].sum(axis=1), dtype=np.float64)
