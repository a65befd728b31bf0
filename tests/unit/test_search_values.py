"""Backed-up values: AND nodes multiply, OR nodes take the best, circles do not hold themselves up."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy_world import World, proof, split

from search.allocation import Allocation
from search.budget import Budget
from search.domain import Answer, Goal, Kind, Move, Verdict
from search.driver import Search
from search.graph import ProofGraph
from search.moves import MoveBook
from search.strategies import strategy
from search.strategy import View
from search.values import Values, value_targets


class TestValues:
    def made(self, leaf: dict[str, float]) -> tuple[ProofGraph, Values]:
        graph = ProofGraph()
        graph.add_root(Goal("a", "a", 1.0))
        book = MoveBook(World({}), lambda goal, move: True, seconds=1.0)
        values = Values(View(graph, book, Allocation(), 1), lambda node: leaf.get(node.key, 0.0))
        return graph, values

    def split(self, graph: ProofGraph, values: Values, key: str, *children: str) -> None:
        answer = Answer(Verdict.JUSTIFIED, tuple(Goal(child, child, 1.0) for child in children), 0.5)
        graph.hear(key, Move("m", "m", Kind.SPLIT, 1.0, 0.5), answer)
        for child in (*children, key):
            values.update(child)

    def test_and_multiplies_or_takes_the_best(self) -> None:
        graph, values = self.made({"a": 0.1, "b": 0.9, "c": 0.8, "d": 0.5, "e": 0.6})
        self.split(graph, values, "a", "b", "c")
        assert values.goal("a") == pytest.approx(0.72) and values.split(graph.splits[0]) == pytest.approx(0.72)
        self.split(graph, values, "a", "d")
        assert values.goal("a") == pytest.approx(0.72)
        self.split(graph, values, "d", "e")
        assert values.goal("d") == pytest.approx(0.6) and values.goal("a") == pytest.approx(0.72)
        self.split(graph, values, "c")
        assert values.goal("a") == pytest.approx(0.9)

    @given(st.integers(0, 100_000))
    def test_rebuilt_values_are_the_least_solution(self, seed: int) -> None:
        dice = random.Random(seed)
        keys = ["a", *"bcdefg"]
        leaf = {key: dice.choice((0.0, 0.2, 0.5, 0.9)) for key in keys}
        graph, values = self.made(leaf)
        for _ in range(12):
            self.split(graph, values, dice.choice(list(graph.goals)), *dice.sample(keys, dice.randint(1, 3)))
        truth = {key: leaf[key] for key in graph.goals}
        for _ in range(60):
            for each in graph.splits:
                worth = math.prod(truth[key] for key in each.keys)
                truth[each.goal] = max(truth[each.goal], worth)
        values.rebuild()
        reached = [key for key in graph.goals if key in values._value]
        assert "a" in reached
        assert {key: values.goal(key) for key in reached} == pytest.approx({key: truth[key] for key in reached})

    @given(st.integers(0, 100_000))
    def test_updates_without_circles_are_exact(self, seed: int) -> None:
        dice = random.Random(seed)
        leaf = {"a": 0.1} | {f"g{number}": dice.random() for number in range(8)}
        graph, values = self.made(leaf)
        order = list(leaf)
        for _ in range(10):
            key = dice.choice([each for each in graph.goals if each != order[-1]])
            later = order[order.index(key) + 1 :]
            self.split(graph, values, key, *dice.sample(later, min(len(later), dice.randint(1, 2))))
        updated = {key: values.goal(key) for key in graph.goals}
        values.rebuild()
        for key, value in updated.items():
            assert value == pytest.approx(values.goal(key), abs=2e-3)

    def test_value_targets_rise_to_certainty(self) -> None:
        world = World({"a": (split("b", "c"),), "b": (proof(),), "c": (split("d"),), "d": (proof(),)})
        made = Search(world, [world.goal("a")], strategy("mcts"), Budget(), clock=world.clock, wait=world.wait)
        made.run()
        rows = value_targets(made._view, "a")
        assert rows[0]["key"] == "a" and [row["value"] for row in rows] == pytest.approx([0.25, 0.5, 0.75, 1.0])
