"""The strategies by name."""

from __future__ import annotations

from search.best_first import BestFirst
from search.flat import Flat
from search.hierarchical import Hierarchical
from search.mcts import Mcts
from search.strategy import Strategy

NAMES = ("hierarchical", "best_first", "mcts", "flat")
"""The first is the default."""


def strategy(name: str = NAMES[0], seed: int = 0) -> Strategy:
    """A fresh strategy; `seed` matters where it draws. Raises ValueError for a name not in `NAMES`."""
    if name == "hierarchical":
        return Hierarchical(seed)
    if name == "best_first":
        return BestFirst()
    if name == "mcts":
        return Mcts()
    if name == "flat":
        return Flat()
    raise ValueError(f"no strategy {name!r}: one of {', '.join(NAMES)}")
