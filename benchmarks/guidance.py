"""Does it pay to trust the score? Strategies on scripted worlds whose scores tell which split is good; no Lean.

    python -m benchmarks.guidance

The worlds are those of tests/unit/test_search_strategies.py; the same seeds give the same figures everywhere.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.common import report
from search.hierarchical import Hierarchical
from search.strategies import strategy
from search.strategy import Strategy

SEEDS = range(1000, 1060)
TESTS = Path(__file__).resolve().parents[1] / "tests"


def main() -> None:
    sys.path[:0] = [str(TESTS / "support"), str(TESTS / "unit")]
    from test_search_strategies import Plain, _guided_world, run  # type: ignore[import-not-found]

    arms: dict[str, Callable[[], Strategy]] = {
        "plain expansion": Plain,
        "flat": lambda: strategy("flat"),
        "best_first": lambda: strategy("best_first"),
        "mcts": lambda: strategy("mcts"),
        "hierarchical": lambda: strategy("hierarchical"),
        "hierarchical, step=1 behind=1": lambda: Hierarchical(step=1.0, behind=1.0),
    }
    rows = [
        [
            calls,
            *(sum(run(_guided_world(s), "r", by=make(), calls=calls).proved for s in SEEDS) for make in arms.values()),
        ]
        for calls in (60, 150, 400)
    ]
    report("guidance", f"Roots proved of {len(SEEDS)}", ["calls", *arms], rows, {"seeds": [SEEDS.start, SEEDS.stop]})


if __name__ == "__main__":
    main()
