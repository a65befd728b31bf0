"""The reward of a sketch is the score that ranked it, bit for bit; that of a proof the trusted check's verdict."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sketch_world import SIZE, Check, sketch, world

from decompose import score as the_score
from decompose.assembly import Judgement
from decompose.score import GateFailed, LeftOpen, rescore
from decompose.sketch import Split
from lean_project.check.verdict import Level
from lean_project.errors import LimitHit, MachineryError
from lean_project.ledger import Attempt, Ledger, Outcome
from prover import engine
from prover.engine import Justified
from prover.policy.answers import Finish
from prover.policy.families import family_of
from prover.policy.requests import Role
from rl import reward
from rl.data.rows import Completion, Provenance, Theorem
from rl.judge import Item, LeanJudge, RewardFunction, Task
from rl.reward import PLAIN, Composition, Graded, Tier, of_answer, of_attempt, of_score, of_verdict, tier_of
from rl.run.prompts import pair_of
from rl.steps import placed
from rl.subgoals import closed_on_the_way
from search.domain import Answer, Goal, Kind, Move, Verdict

SKETCHES = [
    sketch("SIZE 17", "SIZE 23"),
    sketch("SIZE 7"),
    sketch("SIZE 39", "SIZE 39", "SIZE 39"),
    sketch("SIZE 31", "SIZE 5", "SIZE 11"),
    sketch("FALSE 9", "SIZE 5"),
    sketch("SIZE 9", proof="wrong"),
    sketch("SIZE 9", proof="heavy"),
    sketch("SIZE 9", proof="slow"),
    sketch("SIZE 9", proof="crash"),
    sketch(),
    "no code, sorry",
]


def bits(value: float | None) -> bytes | None:
    return None if value is None else struct.pack("d", value)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path / "ledger.db") as opened:
        yield opened


@pytest.fixture
def task(ledger: Ledger) -> Iterator[Task]:
    domain, _, made = world(ledger)
    with domain:
        yield made


class TestParity:
    def test_one_definition_serves_search_and_reward(self) -> None:
        assert engine.score is the_score.score
        assert reward.rescore is the_score.rescore is rescore and reward.from_json is the_score.from_json

    def test_search_ledger_and_training_have_the_same_bits(self, task: Task, ledger: Ledger) -> None:
        """The search tries each sketch; its rows in the ledger, and the reward function as TRL calls it, follow."""
        judge = LeanJudge({"main": task})
        ranked: list[float | None] = []
        for text in SKETCHES[:-1]:
            made = judge._written(Item("main", Role.DECOMPOSE, text))
            answer = task.domain.submit(task.goal, Move("s", text, Kind.SKETCH, 1.0, 0.5, made.split), 30.0).result()  # type: ignore[union-attr]
            ranked.append(of_answer(answer))
            if answer.verdict is Verdict.JUSTIFIED:
                assert bits(answer.score) == bits(of_score(answer.record.score)) == bits(ranked[-1])
        rows = ledger.attempts_for(task.goal.key)
        assert [row.outcome for row in rows].count(Outcome.JUSTIFIED) == 4
        assert [bits(of_attempt(row)) for row in rows] == [bits(each) for each in ranked]

        function = RewardFunction(judge)
        count = len(SKETCHES) - 1
        trained = function(
            prompts=["p"] * count,
            completions=SKETCHES[:-1],
            completion_ids=[[1]] * count,
            task=["main"] * count,
            role=["decompose"] * count,
            trainer_state=None,
        )
        assert [bits(each) for each in trained] == [bits(each) for each in ranked]
        assert len({value for value in ranked[:4] if value}) == 3 and ranked[2] == 0.0
        assert ranked[4:7] == [0.0, 0.0, 0.0] and ranked[7:9] == [None, None] and ranked[9] == 1.0
        assert [each.tier for each in function.graded[:7]] == [Tier.ELABORATES] * 5 + [Tier.PARSES] * 2

    def test_by_hand(self, task: Task) -> None:
        (graded,) = LeanJudge({"main": task}).grade([Item("main", Role.DECOMPOSE, sketch("SIZE 20", "SIZE 20"))])
        assert isinstance(graded.score, LeftOpen)
        assert graded.reward == graded.score.value == pytest.approx(1 - (20 + 3.4657) / SIZE, abs=1e-4)


class TestJudge:
    def grade(self, task: Task, *texts: str, role: Role = Role.DECOMPOSE, audit: bool = True) -> list[Graded]:
        return LeanJudge({"main": task}, audit=audit).grade([Item("main", role, text) for text in texts])

    def test_what_a_model_that_continues_texts_is_taught_earns(self, task: Task) -> None:
        """Rollouts have the closing fence in them, which a policy's server stops at."""
        family = family_of("checkpoint", chat=False)
        theorem = Theorem(preamble="", command="theorem t : True := by\n  sorry", name="t", key="k", strict_key="s")
        row = Completion(theorem=theorem, proof="exact combine", level=Level.L1, provenance=Provenance(source="test"))
        pair = pair_of(row, family, None)
        assert pair is not None and pair.completion.endswith("```")
        texts = (pair.completion, f"{pair.completion}\n\nand more ```")
        items = [Item("main", Role.COMPLETE, text, Finish.LENGTH) for text in texts]
        found = LeanJudge({"main": task}, stops=family.stop).grade(items)
        assert [each.reward for each in found] == [1.0, 1.0]
        deaf = LeanJudge({"main": task})
        assert deaf.grade(items[:1])[0].tier is Tier.GARBAGE and deaf.told().startswith("WARNING: nothing was graded")

    def test_a_proof_earns_what_the_trusted_check_says(self, task: Task) -> None:
        honest, fraud, open_ = "```lean4\nexact combine\n```", "```lean4\nexact fraud\n```", sketch("SIZE 5")
        found = self.grade(task, honest, fraud, open_, role=Role.COMPLETE)
        assert [each.reward for each in found] == [1.0, 0.0, 0.0]
        assert [each.tier for each in found][:2] == [Tier.ACCEPTED, Tier.PARSES]

    def test_no_sketch_earns_anything_by_a_hint_alone(self, task: Task) -> None:
        """What closes the whole goal, and what rests on something worse than open lemmas, is for the check to judge."""
        found = self.grade(task, sketch(proof="exact fraud"), sketch("SIZE 5", proof="exact fraud"))
        assert [each.reward for each in found] == [0.0, 0.0]
        assert isinstance(task.check, Check) and any("theorem part" in text for text in task.check.seen)
        assert self.grade(task, sketch("SIZE 5", proof="exact fraud"), audit=False)[0].reward not in (0.0, None)

    def test_what_is_no_code_is_refused_before_lean(self, task: Task) -> None:
        (found,) = self.grade(task, "no code, sorry")
        assert (found.reward, found.tier) == (0.0, Tier.GARBAGE)

    def test_a_check_that_the_machinery_lost_is_no_verdict(self, task: Task) -> None:
        def lost(text: str, disproofs: object = None) -> None:
            raise MachineryError("the auditor died")

        broken = replace(task, check=lost)
        (found,) = LeanJudge({"main": broken}).grade([Item("main", Role.COMPLETE, "```lean4\nexact combine\n```")])
        assert found.reward is None and found.tier is None and "auditor" in found.reason

    def test_equal_completions_are_tried_once(self, task: Task) -> None:
        found = self.grade(task, *[sketch("SIZE 8")] * 5)
        assert len({each.reward for each in found}) == 1
        assert isinstance(task.check, Check) and len(task.check.seen) == 1


class TestSteps:
    @staticmethod
    def proof(*steps: str) -> str:
        return "\n".join(("```lean4", *steps, "```"))

    def test_a_step_has_its_goal_and_its_place(self, task: Task) -> None:
        judge = LeanJudge({"main": task}, steps=True)
        texts = [
            self.proof("step SIZE 30", "step SIZE 20", "exact combine"),
            self.proof("step SIZE 20", "exact combine"),
        ]
        one, two = judge.grade([Item("main", Role.COMPLETE, text) for text in texts])
        assert one.reward == two.reward == 1.0
        assert [texts[0][step.start : step.end] for step in one.steps] == [
            "step SIZE 30",
            "step SIZE 20",
            "exact combine",
        ]
        assert one.steps[0].goal == two.steps[0].goal == task.goal.key
        assert one.steps[2].goal == two.steps[1].goal != one.steps[1].goal

    def test_what_came_before_the_failing_step_is_kept(self, task: Task) -> None:
        judge = LeanJudge({"main": task})
        texts = [
            self.proof("step SIZE 30", "  more", "wrong", "exact combine"),
            self.proof("wrong", "exact combine"),
            self.proof("exact combine"),
        ]
        found = judge.grade([Item("main", Role.COMPLETE, text) for text in texts])
        assert [each.kept for each in found] == ["```lean4\nstep SIZE 30\n  more\n", "", ""]

    def test_what_lean_is_asked_only_for_an_objective_is_not_asked_otherwise(self, task: Task) -> None:
        (found,) = LeanJudge({"main": task}).grade([Item("main", Role.COMPLETE, self.proof("step SIZE 5", "exact it"))])
        assert not found.steps and not found.closed

    def test_lines_are_found_where_they_stand(self) -> None:
        text = "so:\n    intro x\n    simp\nintro x\nsimp\n"
        assert placed(text, "intro x\nsimp") == (4, 24)
        assert placed(text, "intro x\nsimp", 5) == (25, 37)
        assert placed(text, "intro y") is None


def closing(*proved: int) -> Task:
    """The task, where one finishing move is known for every goal, and closes goals of these sizes."""
    domain, _, made = world()

    def moves(goal: Goal) -> Iterator[Move]:
        works = any(f"SIZE {size}" in goal.text for size in proved)
        split = Split("finish", "exact finish" if works else "exact wrong", completes=True)
        yield Move("split", "skip", Kind.SPLIT, 1.0, 0.5, split)
        yield Move(split.label, split.tactics, Kind.COMPLETE, 1.0, 0.5, split)

    domain.moves = moves  # type: ignore[method-assign]
    return made


class TestClosed:
    """Which subgoals are closed (`Graded.closed`)."""

    def grade(self, task: Task, *texts: str, role: Role = Role.DECOMPOSE, **options: Any) -> list[Graded]:
        return LeanJudge({"main": task}, closing=50, **options).grade([Item("main", role, text) for text in texts])

    def test_children_of_a_sketch_are_tried(self) -> None:
        task = closing(7)
        both, one, none = self.grade(task, sketch("SIZE 7", "SIZE 9"), sketch("SIZE 7"), sketch("SIZE 9"))
        assert sorted(both.closed.values()) == [False, True] and len(both.closed) == 2
        assert [*one.closed.values()] == [True] and one.closed.keys() < both.closed.keys()
        assert [*none.closed.values()] == [False] and none.closed.keys() < both.closed.keys()
        assert isinstance(task.check, Check) and any("exact finish" in text for text in task.check.seen)

    def test_a_child_that_only_a_hint_closes_counts_for_nothing(self) -> None:
        text = sketch("SIZE 7", proof="exact combine")

        def suspicious(assembled: str, disproofs: object = None) -> Judgement:
            if "finish" in assembled:
                return Judgement(refused={"main": "no"})
            return Judgement(axioms={"main": ("sorryAx",)})

        (found,) = self.grade(replace(closing(7), check=suspicious), text)
        assert found.reward not in (0.0, None) and [*found.closed.values()] == [False]
        (unaudited,) = self.grade(replace(closing(7), check=suspicious), text, audit=False)
        assert [*unaudited.closed.values()] == [True]

    def test_what_the_machinery_loses_is_not_known(self) -> None:
        def lost(assembled: str, disproofs: object = None) -> Judgement:
            if "finish" in assembled:
                raise MachineryError("the auditor died")
            return Judgement(axioms={"main": ("sorryAx",)})

        (found,) = self.grade(replace(closing(7), check=lost), sketch("SIZE 7"))
        assert found.reward not in (0.0, None) and found.closed == {}

    def test_steps_of_a_whole_proof_close_what_others_split_off(self) -> None:
        assert closed_on_the_way([("g",), ("a", "b"), ("b",), ()]) == {"a": True, "b": True}
        assert closed_on_the_way([("g",), ("a", "b"), ("b",)]) == {"a": True, "b": False}
        assert closed_on_the_way([("g",), ("a", "b"), ("c", "b")]) == {"a": False, "b": False}, "only rewritten"
        assert closed_on_the_way([("g",), ("a", "b"), ("x", "y", "b"), ("y", "b"), ("b",)]) == {
            "a": True,
            "b": False,
            "x": True,
            "y": True,
        }
        assert closed_on_the_way([("g",), ("h",), ()]) == {}, "a goal in other words is no subgoal"
        assert closed_on_the_way([("g",)]) == {}

    @given(st.lists(st.integers(0, 3), max_size=12))
    def test_nothing_is_closed_that_is_still_open(self, made: list[int]) -> None:
        """Steps that replace the first goal by `count` new ones: whatever is open at the end is not closed."""
        left, fresh = [("g",)], 0
        for count in made:
            if not left[-1]:
                break
            new = tuple(f"n{fresh + number}" for number in range(count))
            fresh += count
            left.append((*new, *left[-1][1:]))
        found = closed_on_the_way(left)
        assert not any(found.get(key, False) for key in left[-1])
        assert left[-1] or all(found.values())


class TestValues:
    def test_limits_that_depend_on_the_machine_are_no_failures(self) -> None:
        for kind, expected in (("heartbeats", 0.0), ("seconds", None), ("memory", None), ("cancelled", None)):
            assert of_answer(Answer(Verdict.LIMIT, record=LimitHit(kind))) == expected
            row = Attempt("k", "t", "tree", "p", Outcome.LIMIT, limit_kind=kind)
            assert of_attempt(row) == expected
        assert of_answer(Answer(Verdict.MACHINERY)) is None and tier_of(Answer(Verdict.MACHINERY)) is None
        assert of_attempt(Attempt("k", "t", "tree", "p", Outcome.MACHINERY)) is None

    def test_verdicts(self) -> None:
        assert [of_verdict(each) for each in (True, False, None)] == [1.0, 0.0, None]
        assert of_score(None) is None

    def test_a_score_that_does_not_follow_from_its_provenance_is_refused(self, task: Task, ledger: Ledger) -> None:
        LeanJudge({"main": task}).grade([Item("main", Role.DECOMPOSE, sketch("SIZE 17"))])
        (row,) = ledger.attempts_for(task.goal.key)
        raised = {**row.extra["score"], "r": 0.99}
        with pytest.raises(ValueError, match="does not follow"):
            of_attempt(replace(row, extra={**row.extra, "score": raised}))
        with pytest.raises(ValueError, match="score 0"):
            of_attempt(replace(row, extra={**row.extra, "score": {**row.extra["score"], "version": "score 0"}}))
        with pytest.raises(ValueError, match="has no score"):
            of_attempt(replace(row, extra={}))

    def test_an_answer_and_its_score_cannot_differ(self, task: Task) -> None:
        judge = LeanJudge({"main": task})
        made = judge._written(Item("main", Role.DECOMPOSE, sketch("SIZE 17")))
        answer = task.domain.submit(task.goal, Move("s", "", Kind.SKETCH, 1.0, 0.5, made.split), 30.0).result()  # type: ignore[union-attr]
        assert isinstance(answer.record, Justified)
        with pytest.raises(ValueError, match="ranked by"):
            of_answer(replace(answer, score=0.123))


PARTS = st.fixed_dictionaries({name: st.floats(0, 1) for name in ("score", "short", "plain")})
COMPOSED = Composition({"score": 1.0, "short": 0.5, "plain": 0.5})


def composed(values: dict[str, float]) -> float:
    terms = {name: value for name, value in values.items() if name != "score"}
    made = COMPOSED.of(Graded(values["score"], terms=terms))
    assert made is not None
    return made


class TestComposition:
    def test_off_it_is_the_score_bit_for_bit(self) -> None:
        for value in (0.1 + 0.2, 5e-324, 1.0, 0.0, None):
            assert bits(PLAIN.of(Graded(value, terms={"short": 0.3}))) == bits(value)

    @given(PARTS, st.sampled_from(["score", "short", "plain"]), st.floats(0, 1))
    def test_is_monotone_and_stays_between_0_and_1(self, values: dict[str, float], name: str, other: float) -> None:
        low, high = sorted((values[name], other))
        assert 0 <= composed({**values, name: low}) <= composed({**values, name: high}) + 1e-12 <= 1 + 1e-9

    def test_raising_the_worst_term_beats_raising_the_best(self) -> None:
        base = {"score": 0.5, "short": 0.2, "plain": 0.8}
        assert composed({**base, "short": 0.4}) > composed({**base, "plain": 1.0})

    def test_no_sum_buys_back_a_failed_gate(self, task: Task) -> None:
        (failed,) = LeanJudge({"main": task}).grade([Item("main", Role.DECOMPOSE, sketch("FALSE 9", "SIZE 5"))])
        assert isinstance(failed.score, GateFailed)
        assert COMPOSED.of(replace(failed, terms={"short": 1.0, "plain": 1.0})) == 0.0
        assert COMPOSED.of(Graded(None)) is None and composed({"score": 1.0, "short": 1.0, "plain": 1.0}) == 1.0

    def test_needs_the_score_and_every_term(self) -> None:
        with pytest.raises(ValueError, match="score itself"):
            Composition({"short": 1.0})
        with pytest.raises(ValueError, match="above 0"):
            Composition({"score": 1.0, "short": 0.0})
        with pytest.raises(KeyError):
            COMPOSED.of(Graded(0.5))
