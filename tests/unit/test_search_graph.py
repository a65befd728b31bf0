"""The proof graph: states never revert, proofs are well-founded, need is exact, and the checker sees what is broken."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from toy_world import World, proof, split

from decompose.score import TEMPERATURE
from search.domain import Answer, Goal, Kind, Move, Verdict
from search.graph import ProofGraph
from search.invariants import check, snapshot
from search.nodes import State
from search.partial import cheapest
from search.relevance import unfounded


def goal(key: str, difficulty: float = 10.0) -> Goal:
    return Goal(key, f"⊢ {key}", difficulty)


def move(label: str = "m") -> Move:
    return Move(label, f"{label} text", Kind.SPLIT, 1.0, 0.5)


class Made:
    """A graph under construction, checked after every step."""

    def __init__(self, *roots: str, sizes: dict[str, float] | None = None) -> None:
        self.graph, self.sizes = ProofGraph(), sizes or {}
        self.before = snapshot(self.graph)
        for key in roots:
            self.graph.add_root(self.goal(key))
        self.checked()

    def goal(self, key: str) -> Goal:
        return goal(key, self.sizes.get(key, 10.0))

    def checked(self) -> None:
        faults = check(self.graph, self.before)
        assert not faults, faults
        if len(self.graph.goals) <= 60:
            assert not unfounded(self.graph, list(self.graph.goals)), "a finished circle is still open"
        self.before = snapshot(self.graph)

    def split(self, key: str, *children: str, label: str = "m", score: float = 0.5) -> Made:
        answer = Answer(Verdict.JUSTIFIED, tuple(map(self.goal, children)), score, record=f"{key} by {label}")
        self.graph.hear(key, move(label), answer)
        self.checked()
        return self

    def refute(self, key: str) -> Made:
        self.graph.refute(key)
        self.checked()
        return self

    def finish(self, *keys: str) -> Made:
        for key in keys:
            self.graph.finish(key)
            self.checked()
        return self

    def state(self, key: str) -> State:
        return self.graph.goals[key].state

    def needed(self) -> str:
        return "".join(sorted(key for key, node in self.graph.goals.items() if node.needed))


class TestStates:
    def test_a_goal_is_proved_when_one_split_has_all_children_proved(self) -> None:
        made = Made("a").split("a", "b", "c").split("a", "d").split("b").split("d", "e")
        assert made.state("a") is State.OPEN
        made.split("c")
        assert made.state("a") is State.PROVED and made.state("d") is State.OPEN
        assert made.graph.open_roots == 0

    def test_nothing_left_open_is_a_proof(self) -> None:
        assert Made("a").split("a").state("a") is State.PROVED

    def test_the_split_that_proved_it_first_is_kept(self) -> None:
        made = Made("a", "d").split("a", "b", label="first").split("a", "c", label="second").split("c").split("b")
        tree = made.graph.extract("a")
        assert [step.move.label for step in tree.steps] == ["m", "second"]

    def test_circles_prove_nothing(self) -> None:
        made = Made("a").split("a", "b").split("b", "a").split("a", "a").split("b", "b", "c").split("c", "b")
        assert {made.state(key) for key in "abc"} == {State.OPEN}

    def test_circles_do_not_hinder_a_proof_and_are_not_in_it(self) -> None:
        made = Made("a").split("a", "b").split("b", "a").split("b", "c", label="out").split("c")
        tree = made.graph.extract("a")
        assert [step.goal.key for step in tree.steps] == ["c", "b", "a"]
        assert [child.key for child in tree.steps[1].children] == ["c"]
        assert tree.complete and tree.step("b") is tree.steps[1] and tree.step("z") is None

    def test_a_circle_that_is_finished_is_exhausted(self) -> None:
        made = Made("a").split("a", "b").split("b", "a", "c").split("c").finish("a")
        assert made.state("a") is State.OPEN  # b may still find another way
        made.finish("b")
        assert (made.state("a"), made.state("b"), made.state("c")) == (State.EXHAUSTED,) * 2 + (State.PROVED,)

    def test_a_goal_outside_a_finished_circle_keeps_it_open(self) -> None:
        made = Made("a").split("a", "b").split("b", "a").split("b", "c").finish("a", "b")
        assert made.state("a") is State.OPEN
        made.finish("c")
        assert {made.state(key) for key in "abc"} == {State.EXHAUSTED}

    def test_circles_too_large_to_look_around_are_found_by_the_sweep(self) -> None:
        keys = [f"g{number}" for number in range(200)]
        made = Made(keys[0])
        for here, there in zip(keys, keys[1:] + keys[:1], strict=True):
            made.graph.hear(here, move(), Answer(Verdict.JUSTIFIED, (goal(there),), 0.5))
        for key in keys:
            made.graph.finish(key)
        made.graph.sweep()
        made.checked()
        assert {made.state(key) for key in keys} == {State.EXHAUSTED}

    def test_a_refuted_child_kills_its_splits_only(self) -> None:
        made = Made("a").split("a", "b", "c").split("a", "d").refute("c")
        assert made.graph.splits[0].dead == "refuted child" and not made.graph.splits[1].dead
        assert (made.state("a"), made.state("b")) == (State.OPEN, State.OPEN)

    def test_true_and_false_is_never_proved(self) -> None:
        made = Made("true ∧ false").split("true ∧ false", "true", "false").split("true").refute("false")
        assert made.state("true ∧ false") is State.OPEN
        made.finish("true ∧ false")
        assert made.state("true ∧ false") is State.EXHAUSTED

    def test_a_refutation_known_before_its_goal(self) -> None:
        made = Made("a").refute("b").split("a", "b")
        assert made.state("b") is State.REFUTED and made.graph.splits[0].dead

    def test_proved_and_refuted_is_a_conflict_that_changes_nothing(self) -> None:
        made = Made("a", "b").split("a").refute("a").refute("b").split("b")
        assert (made.state("a"), made.state("b")) == (State.PROVED, State.REFUTED)
        assert made.graph.conflicts == ["a", "b"]

    def test_an_exhausted_child_exhausts_upwards(self) -> None:
        made = Made("a").split("a", "b").split("b", "c").finish("a", "b", "c")
        assert {made.state(key) for key in "abc"} == {State.EXHAUSTED}

    def test_extract_refuses_what_is_not_proved(self) -> None:
        with pytest.raises(ValueError, match="not proved"):
            Made("a").graph.extract("a")


class TestKeys:
    def test_equal_keys_are_one_goal(self) -> None:
        made = Made("a").split("a", "b", "c").split("b", "d").split("c", "d").split("d")
        assert len(made.graph.goals) == 4 and made.state("a") is State.PROVED
        assert [step.goal.key for step in made.graph.extract("a").steps] == ["d", "b", "c", "a"]

    def test_equal_child_sets_merge(self) -> None:
        made = Made("a").split("a", "b", "c").split("a", "c", "b", "b", label="other")
        assert len(made.graph.splits) == 1 and made.graph.splits[0].merged == ["other"]

    def test_repeated_children_are_proved_once_and_kept_in_place(self) -> None:
        made = Made("a").split("a", "b", "c", "b").split("b").split("c")
        assert [child.key for child in made.graph.extract("a").steps[-1].children] == ["b", "c", "b"]

    def test_a_root_below_another_root(self) -> None:
        made = Made("a", "b").split("a", "b").split("b")
        assert made.graph.open_roots == 0 and made.needed() == ""

    def test_a_child_that_becomes_a_root(self) -> None:
        made = Made("a").split("a", "b")
        made.graph.add_root(goal("b"))
        made.checked()
        made.split("a")
        assert made.needed() == "b"


class TestNeed:
    def test_what_only_a_settled_goal_needed_is_pointless(self) -> None:
        made = Made("a").split("a", "b", "c").split("b", "d").split("c", "e").split("b")
        assert made.needed() == "ace" and made.graph.pointless() == {"d"}

    def test_a_shared_child_stays_needed_until_the_last(self) -> None:
        made = Made("a").split("a", "b").split("a", "c").split("b", "x").split("c", "x").split("x", "y")
        made.refute("b")
        assert made.needed() == "acxy"
        made.refute("c")
        assert made.needed() == "a" and made.graph.pointless() == {"x", "y"}

    def test_a_circle_does_not_hold_itself(self) -> None:
        made = Made("a").split("a", "b").split("b", "c").split("c", "b").refute("b").split("a", "d")
        assert made.needed() == "ad" and made.state("c") is State.OPEN

    def test_a_goal_can_become_needed_again(self) -> None:
        made = Made("a").split("a", "b", "f").split("b", "c").refute("f")
        assert made.needed() == "a"
        made.split("a", "b")
        assert made.needed() == "abc"

    def test_a_source_found_late_carries_what_was_dropped_before(self) -> None:
        made = Made("r").split("r", "x", "f").split("r", "w").split("x", "y").split("x", "z").split("z", "y")
        made.split("w", "z").refute("f")
        assert made.needed() == "rwyz"

    @given(st.integers(0, 100_000))
    def test_random_graphs_keep_every_invariant(self, seed: int) -> None:
        dice = random.Random(seed)
        keys = [f"g{number}" for number in range(dice.randint(2, 9))]
        made = Made(*dice.sample(keys, dice.randint(1, 2)))
        for _ in range(30):
            key = dice.choice(list(made.graph.goals))
            roll = dice.random()
            if roll < 0.75 and not made.graph.goals[key].finished:
                made.split(key, *(dice.choice(keys) for _ in range(dice.choice((0, 1, 1, 2, 2, 3)))))
            elif roll < 0.85:
                made.refute(key)
            else:
                made.finish(key)
        made.graph.sweep()
        made.checked()


class TestPartial:
    def test_the_cheapest_open_frontier_by_soft_sum(self) -> None:
        sizes = {"a": 100, "b": 60, "c": 40, "d": 70, "e": 10}
        made = Made("a", sizes=sizes).split("a", "b", "c", label="both").split("a", "d", label="one")
        assert [one.key for one in made.graph.best_partial("a").open] == ["b", "c"]
        expected = 5 * math.log(math.exp(12) + math.exp(8))
        assert made.graph.distances(["a"])["a"] == pytest.approx(expected)
        made.split("d", "e")
        tree = made.graph.best_partial("a")
        assert [one.key for one in tree.open] == ["e"] and [step.goal.key for step in tree.steps] == ["d", "a"]
        assert made.graph.distances(["a"])["a"] == pytest.approx(10)

    def test_the_values_that_the_score_is_held_to(self) -> None:
        for count, more in ((2, 3.47), (4, 6.93), (8, 10.40), (32, 17.33)):
            keys = [f"c{number}" for number in range(count)]
            made = Made("a", sizes={"a": 1000.0, **dict.fromkeys(keys, 60.0)}).split("a", *keys)
            assert made.graph.distances(["a"])["a"] == pytest.approx(60 + more, abs=0.01)

    def test_no_progress_leaves_the_goal_itself(self) -> None:
        made = Made("a", sizes={"a": 10, "b": 10, "c": 90}).split("a", "b").split("b", "a").split("a", "c")
        tree = made.graph.best_partial("a")
        assert not tree.steps and [one.key for one in tree.open] == ["a"] and not tree.complete

    def test_refuted_goals_are_no_way_and_exhausted_ones_are(self) -> None:
        sizes = {"a": 100, "b": 5, "c": 7}
        made = Made("a", sizes=sizes).split("a", "b").split("a", "c").refute("b").finish("c", "a")
        assert made.state("a") is State.EXHAUSTED
        assert [one.key for one in made.graph.best_partial("a").open] == ["c"]
        assert made.graph.distances(["a"])["b"] == math.inf

    def test_proved_goals_cost_nothing_and_bring_their_proofs(self) -> None:
        made = Made("a", sizes={"a": 50, "b": 20, "c": 20}).split("a", "b", "c").split("b", "d").split("d")
        tree = made.graph.best_partial("a")
        assert [step.goal.key for step in tree.steps] == ["d", "b", "a"] and [one.key for one in tree.open] == ["c"]
        assert made.graph.distances(["a"]) == pytest.approx({"a": 20, "b": 0, "c": 20, "d": 0})

    def test_difficulties_far_apart(self) -> None:
        made = Made("a", sizes={"a": 1e6, "b": 3.0}).split("a", "b")
        found = made.graph.distances(["a"])
        assert found["a"] < 1e6 and math.isfinite(found["a"])
        assert [one.key for one in made.graph.best_partial("a").open] == ["b"]

    def test_deep_proofs_need_no_recursion(self) -> None:
        made = ProofGraph()
        made.add_root(goal("g0"))
        for number in range(5000):
            made.hear(f"g{number}", move(), Answer(Verdict.JUSTIFIED, (goal(f"g{number + 1}"),), 0.5))
        assert len(made.best_partial("g0").steps) in (0, 5000)
        made.hear("g5000", move(), Answer(Verdict.JUSTIFIED))
        assert len(made.extract("g0").steps) == 5001

    @given(st.integers(0, 100_000))
    def test_cheapest_equals_a_fixed_point_from_above(self, seed: int) -> None:
        dice = random.Random(seed)
        keys = [f"g{number}" for number in range(dice.randint(2, 7))]
        cost = {key: dice.choice((0.0, 1.0, 2.0, 5.0, 9.0, math.inf)) for key in keys}
        made = Made(keys[0])
        for _ in range(12):
            key = dice.choice(list(made.graph.goals))
            made.split(key, *(dice.choice(keys) for _ in range(dice.randint(1, 3))))
        least = {key: cost[key] for key in made.graph.goals}
        for _ in range(50):
            for each in made.graph.splits:
                least[each.goal] = min(least[each.goal], sum(least[key] for key in each.keys))
        found = cheapest(made.graph, [keys[0]], lambda node: cost[node.key])
        assert {key: best.cost for key, best in found.items()} == {key: least[key] for key in found}
        tree = made.graph.best_partial(keys[0])
        places = {step.goal.key: number for number, step in enumerate(tree.steps)}
        left = {one.key for one in tree.open}
        for step in tree.steps:
            assert all(child.key in left or places[child.key] < places[step.goal.key] for child in step.children)


def test_json_carries_what_reports_and_training_read() -> None:
    made = Made("a", sizes={"a": 20}).split("a", "b", "c", label="cases", score=0.25).split("b")
    refused = Answer(Verdict.REFUSED, seconds=1.5, lean_calls=2, reason="unsolved goals")
    made.graph.hear("c", move("omega"), refused)
    made.graph.hear("c", move("aesop"), Answer(Verdict.MACHINERY, seconds=0.5))
    made.graph.hear("c", move("grind"), Answer(Verdict.LIMIT, seconds=4.0))
    data = json.loads(json.dumps(made.graph.to_json(), allow_nan=False))
    assert data["roots"] == ["a"]
    goals = {one["key"]: one for one in data["goals"]}
    assert goals["a"]["text"] == "⊢ a" and goals["a"]["difficulty"] == 20 and goals["b"]["state"] == "proved"
    assert (goals["c"]["seconds"], goals["c"]["calls"], goals["c"]["limits"], goals["c"]["machinery"]) == (6.0, 4, 1, 1)
    assert goals["c"]["refusals"][0] == {
        "label": "omega", "text": "omega text", "verdict": "refused", "reason": "unsolved goals", "seconds": 1.5,
        "calls": 2,
    }  # fmt: skip
    assert data["splits"][0]["children"] == ["b", "c"] and data["splits"][0]["score"] == 0.25
    assert (data["splits"][0]["label"], data["splits"][0]["state"], data["splits"][1]["state"]) == (
        "cases",
        "open",
        "proved",
    )


def _break_state(graph: ProofGraph) -> None:
    graph.goals["c"].state = State.PROVED


def _break_final(graph: ProofGraph) -> None:
    graph.goals["b"].state, graph.goals["b"].order, graph.goals["b"].proof = State.OPEN, 0, None


def _break_order(graph: ProofGraph) -> None:
    graph.goals["b"].order = 99
    graph.goals["a"].state, graph.goals["a"].order, graph.goals["a"].proof = State.PROVED, 5, 0


def _break_missing(graph: ProofGraph) -> None:
    graph.splits[0].missing = 0


def _break_live(graph: ProofGraph) -> None:
    graph.goals["a"].live += 1


def _break_need(graph: ProofGraph) -> None:
    graph.goals["c"].needed = False


def _break_source(graph: ProofGraph) -> None:
    graph.goals["c"].source = None


def _break_edge(graph: ProofGraph) -> None:
    graph.nx.add_edge(0, "a")


def _break_key(graph: ProofGraph) -> None:
    graph.goals["c2"] = graph.goals.pop("c")
    graph.goals["c"] = graph.goals["c2"]


def _break_dead(graph: ProofGraph) -> None:
    graph.splits[0].dead = "for no reason"


def _break_roots(graph: ProofGraph) -> None:
    graph.open_roots = 0


def _break_splits(graph: ProofGraph) -> None:
    graph.splits[0].goal = "b"


@pytest.mark.parametrize(
    "damage",
    [
        _break_state, _break_final, _break_order, _break_missing, _break_live, _break_need, _break_source, _break_edge,
        _break_key, _break_dead, _break_roots, _break_splits,
    ],
)  # fmt: skip
def test_the_checker_sees_damage(damage: Callable[[ProofGraph], None]) -> None:
    made = Made("a").split("a", "b", "c").split("b")
    damage(made.graph)
    assert check(made.graph, made.before)


def test_one_temperature_for_score_and_frontier() -> None:
    assert TEMPERATURE == 5.0


def test_toy_steps_say_what_they_are() -> None:
    assert (proof().move().kind, split("b").move().kind) == (Kind.COMPLETE, Kind.SPLIT)
    assert World({"a": (split("b"),)}).goal("a").text == "⊢ a"
