"""Work grows in proportion to the graph: operations are counted, not time."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType

import pytest
from toy_world import Script, World, no, proof, split

from search.budget import Budget
from search.driver import Search
from search.strategies import strategy


def _chain(size: int) -> dict[str, tuple]:  # type: ignore[type-arg]
    return {f"g{n}": (no(), split(f"g{n + 1}")) for n in range(size)} | {f"g{size}": (no(), proof())}


def _wide(size: int) -> dict[str, tuple]:  # type: ignore[type-arg]
    leaves = [f"g{n}" for n in range(1, size + 1)]
    return {"g0": (split(*leaves),), **{key: (no(), proof()) for key in leaves}}


def _tree(size: int) -> dict[str, tuple]:  # type: ignore[type-arg]
    return {
        f"g{n}": (no(), split(f"g{2 * n + 1}", f"g{2 * n + 2}")) if 2 * n + 2 < size else (no(), proof())
        for n in range(size)
    }


def _lattice(size: int) -> dict[str, tuple]:  # type: ignore[type-arg]
    """Every goal shares a lemma with all others, and its children with its neighbours."""
    rows = {f"g{n}": (split(f"g{n + 1}", "common"), split(f"g{min(size, n + 2)}", "common")) for n in range(size)}
    return {**rows, f"g{size}": (no(), proof()), "common": (*(no(f"n{n}") for n in range(50)), proof())}


def _ring(size: int) -> dict[str, tuple]:  # type: ignore[type-arg]
    return {f"g{n}": (split(f"g{(n + 1) % size}"),) for n in range(size)}


def _rivals(size: int) -> dict[str, tuple]:  # type: ignore[type-arg]
    """As many splits of one goal as there are goals, all resting on one lemma, and all in vain."""
    ways = tuple(split(f"g{n}", "common", label=str(n)) for n in range(1, size))
    return {"g0": ways, **{f"g{n}": (no(),) for n in range(1, size)}, "common": (no(),) * 3}


def _work(script: Script, by: str) -> tuple[int, int]:
    """Python calls of a whole search (generator steps included), and edges walked."""
    world, count = World(script), 0

    def profile(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event == "call"

    made = Search(world, [world.goal("g0")], strategy(by), Budget(), clock=world.clock, wait=world.wait)
    sys.setprofile(profile)
    try:
        outcome = made.run()
    finally:
        sys.setprofile(None)
    assert not outcome.graph.open_roots
    return count, made.graph.work


@pytest.mark.parametrize("by", ["hierarchical", "best_first"])
@pytest.mark.parametrize("shape", [_chain, _wide, _tree, _lattice, _ring, _rivals])
def test_work_grows_in_proportion_to_the_graph(shape: Callable[[int], Script], by: str) -> None:
    """Four times the goals: about four times the work (16 where anything is quadratic). Counted, not timed."""
    small, large = _work(shape(150), by), _work(shape(600), by)
    assert large[0] <= 5.5 * small[0] and large[1] <= 6 * small[1], (small, large)


@pytest.mark.parametrize("shape", [_tree, _lattice])
def test_tree_search_walks_no_further_than_the_depth(shape: Callable[[int], Script]) -> None:
    small, large = _work(shape(150), "mcts"), _work(shape(600), "mcts")
    assert large[0] <= 8 * small[0], (small, large)


@pytest.mark.parametrize("by", ["hierarchical"])
def test_ten_thousand_goals(by: str) -> None:
    """A tree of 10,000 goals is searched to its proof with a bounded number of edges walked for each answer."""
    world = World(_tree(10_001))
    made = Search(world, [world.goal("g0")], strategy(by), Budget(), clock=world.clock, wait=world.wait)
    outcome = made.run()
    assert outcome.proved and len(outcome.graph.goals) == 10_001
    assert made.graph.work <= 12 * len(world.answers)
    assert len(outcome.proofs["g0"].steps) == 10_001
