"""The weights that ship with the package, and what they say. numpy is imported when they are loaded, not before."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from decompose.context import GoalContext
from decompose.definitions import Definitions
from lean_project.model import ClosedGoal
from prover.learned import features, provability
from prover.learned.features import Candidate, GoalView, move_features
from prover.learned.store import ModelError, read_stored
from prover.learned.terms import term_counts
from prover.learned.trees import Trees

FORMAT = 2
WEIGHTS, CARD = "weights.npz", "card.json"


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the model says of one move: that it proves its goal (`chance`, strictly between 0 and 1) where what was
    tried before has failed, and Lean's `seconds` if it is tried."""

    chance: float
    seconds: float


@dataclass(frozen=True)
class EmbeddedModel:
    """`moves`, `seconds`, `splits`: trees over a goal's and a move's features; `moves` and `seconds` about finishing
    moves, `splits` about those that leave goals. `goals`: trees over a goal's terms. `scales`: for each of them slope
    and intercept from a tree's sum to log odds (log seconds). `card`: where the weights come from."""

    moves: Trees
    seconds: Trees
    splits: Trees
    goals: Trees
    scales: Mapping[str, tuple[float, float]]
    card: Mapping[str, Any]

    @property
    def alike(self) -> tuple[float, float]:
        """How much less likely moves are after others like them have failed (`prover.learned.ranking`)."""
        near, far = self.card["alike"]
        return float(near), float(far)

    @property
    def name(self) -> str:
        """For provenance: the weights and what is fitted beside them, by hash."""
        fitted = json.dumps([self.card["weights_sha256"], self.card["scales"], self.card["alike"], self.card["blend"]])
        return f"embedded {hashlib.sha256(fitted.encode()).hexdigest()[:12]}"

    def rate(self, goal: GoalContext | GoalView, candidates: Sequence[Candidate]) -> list[Estimate]:
        """One estimate for each finishing move, in order; all in one pass. Deterministic. A view serves several
        calls about one goal."""
        import numpy as np

        if not candidates:
            return []
        view = goal if isinstance(goal, GoalView) else GoalView(goal)
        rows, about = move_features(view, candidates), _about(view)
        seconds = np.exp(np.clip(self._scaled("seconds", self.seconds.predict_shared(about, rows)), -6.0, 4.0))
        chances = _chances(self._scaled("moves", self.moves.predict_shared(about, rows)))
        return [Estimate(*each) for each in zip(chances, seconds.tolist(), strict=True)]

    def rate_splits(self, goal: GoalContext | GoalView, candidates: Sequence[Candidate]) -> list[float]:
        """The chance that each split leads to a proof within a few calls, where no finishing move has proved the goal.
        Deterministic."""
        if not candidates:
            return []
        view = goal if isinstance(goal, GoalView) else GoalView(goal)
        return _chances(
            self._scaled("splits", self.splits.predict_shared(_about(view), move_features(view, candidates)))
        )

    def provability(self, closed: ClosedGoal, definitions: Definitions) -> float:
        """The chance that a budgeted attempt proves the goal. Raises DocumentError on a malformed one."""
        import numpy as np

        x = np.asarray([provability.term_features(term_counts(closed, definitions))], np.float32)
        return _chance(float(self._scaled("goals", self.goals.predict(x))[0]))

    def _scaled(self, name: str, sums: Any) -> Any:
        slope, intercept = self.scales[name]
        return slope * sums + intercept


def _about(view: GoalView) -> Any:
    import numpy as np

    return np.asarray(view.features, np.float32)


def _chances(log_odds: Any) -> list[float]:
    import numpy as np

    found: list[float] = (1.0 / (1.0 + np.exp(-np.clip(log_odds, -12.0, 12.0)))).tolist()
    return found


def _chance(log_odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-min(max(log_odds, -12.0), 12.0)))


def read_model(folder: Path | Traversable | None = None) -> EmbeddedModel:
    """The model in a folder, the one that ships with the package if None. Raises ModelError."""
    what = "the embedded model"
    arrays, card = read_stored(folder, WEIGHTS, CARD, {"format": FORMAT, "features": features.VERSION}, what)
    width = len(features.GOAL_NAMES) + len(features.MOVE_NAMES)
    try:
        return EmbeddedModel(
            Trees.read(arrays, "moves", width),
            Trees.read(arrays, "seconds", width),
            Trees.read(arrays, "splits", width),
            Trees.read(arrays, "goals", len(provability.TERM_NAMES)),
            {name: (float(pair[0]), float(pair[1])) for name, pair in card["scales"].items()},
            card,
        )
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise ModelError(f"{what} cannot be read: {error}") from error


@lru_cache(maxsize=1)
def shipped_model() -> EmbeddedModel:
    """`read_model()`, once for the process. Raises ModelError, each time."""
    return read_model()
