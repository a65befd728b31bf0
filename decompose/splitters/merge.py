"""All splitters in one order: most promising for its cost first, with room for every subject."""

from __future__ import annotations

from collections.abc import Iterator

from decompose.context import GoalContext
from decompose.sketch import Split
from decompose.splitters import explore, generalise, induct, logic, rewriting, specs, speculate, strengthen
from decompose.splitters.base import Splitter, once

LIMIT = 64
"""How many splits a goal gets."""

_SHARES: tuple[tuple[int, tuple[Splitter, ...]], ...] = (
    (10, logic.SPLITTERS),
    (10, rewriting.SPLITTERS),
    (4, specs.SPLITTERS),
    (14, induct.SPLITTERS),
    (9, strengthen.SPLITTERS),
    (7, generalise.SPLITTERS),
    (4, speculate.SPLITTERS),
    (10, explore.SPLITTERS),
)
"""How many of the limit's places each subject may fill before the rest compete for what is left."""

SPLITTERS: tuple[Splitter, ...] = tuple(splitter for _, group in _SHARES for splitter in group)


def splits(context: GoalContext, limit: int = LIMIT) -> Iterator[Split]:
    """Splits of the goal, most promising for their cost first; at most `limit`, each text once. Deterministic."""
    chosen: list[Split] = []
    rest: list[Split] = []
    for share, group in _SHARES:
        found = sorted(once(split for splitter in group for split in splitter(context)), key=_price)
        kept = max(1, share * limit // LIMIT)
        chosen += found[:kept]
        rest += found[kept:]
    everything = list(once([*chosen, *sorted(rest, key=_price)]))[:limit]
    yield from sorted(everything, key=_price)


def _price(split: Split) -> float:
    """Expected seconds per expected success."""
    return split.cost / split.success
