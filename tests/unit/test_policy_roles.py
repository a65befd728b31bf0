"""The roles of a policy that write no proof: conjectures that a goal may rest on, and how hard goals are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from goals import goal, var
from hypothesis import given
from hypothesis import strategies as st
from policy_toys import TOY, Bench, fenced
from termdoc import NAT
from toy_lean import ToyLean
from typer.testing import CliRunner

from decompose.definitions import Definitions
from decompose.difficulty import FootprintDifficulty, measured
from decompose.sketch import Split
from decompose.spec import load_spec
from decompose.text import decode
from lean_project.errors import MachineryError, UserError
from prover.bench.settings import BenchSettings
from prover.cli import app
from prover.later import NoSplit
from prover.moves import loses_truth
from prover.policy import dialogue as kinds
from prover.policy.difficulty import CONSTANTS_PER_NAT, PolicyDifficulty, nats
from prover.policy.line import Line
from prover.policy.requests import Conjecture, Request, Role
from prover.policy.scripted import ScriptedPolicy
from search.budget import Budget
from search.domain import Answer, Verdict

LAWS = fenced("theorem one : f = 1 := by sorry\ntheorem a (n : Nat) : f = n := by sorry\ntheorem b : 2 = 2 := by sorry")


def said(*, conjecture: str) -> Any:
    return lambda request: [conjecture] if request.role is Role.CONJECTURE else []


class TestConjectures:
    def bench(self, answer: str, wanted: int = 3) -> Bench:
        return Bench(said(conjecture=answer), samples=0, sketches=0, tactics=0, rounds=1, conjectures=wanted)

    def test_each_is_a_split_that_rests_on_it_and_its_truth_is_tested(self) -> None:
        bench = self.bench(LAWS)
        found = [bench.try_(move) for move in list(bench.drawn())[:3]]
        made = [each for each in found if isinstance(each, Split)]
        assert [each.lemmas[0].statement for each in made] == ["(n : Nat) : f = n", ": 2 = 2"]  # Not the goal again.
        assert all(each.completes and each.lemmas[0].name in each.tactics and loses_truth(each) for each in made)
        assert isinstance(found[2], NoSplit)
        (request,) = bench.policy.requests
        assert isinstance(request, Conjecture) and request.wanted == 3 and request.sampling.n == 1

    def test_one_that_does_not_help_is_not_mended(self) -> None:
        bench = self.bench(LAWS)
        drawn = bench.drawn()
        bench.try_(next(drawn), Answer(Verdict.REFUSED, reason="no"))
        assert {move.label for move in drawn} <= {kinds.CONJECTURE, kinds.WAIT}
        assert [request.role for request in bench.policy.requests] == [Role.CONJECTURE]

    def test_forbidden_ones_fall_away(self) -> None:
        bench = self.bench(fenced("theorem a : (by native_decide : p) := by sorry"))
        found = bench.try_(next(bench.drawn()))
        assert isinstance(found, NoSplit) and "refused" in found.reason

    def test_nobody_is_asked_who_is_not_wanted(self) -> None:
        bench = self.bench(LAWS, wanted=0)
        assert list(bench.drawn()) == [] and bench.policy.requests == []


CLOSED = goal([("x", NAT)], var("x"))
NONE = Definitions.none()


class TestDifficulty:
    def of(self, script: Any, *texts: str) -> tuple[list[float], ScriptedPolicy, PolicyDifficulty]:
        spec = load_spec(decode(TOY.encode()), ToyLean())
        policy = ScriptedPolicy(script)
        hard = PolicyDifficulty(spec, Line(policy, Budget(), patience=60.0, say=lambda _said: None))
        return [measured(hard, CLOSED, NONE, spec.targets[0], text) for text in texts], policy, hard

    def test_a_level_is_a_difficulty_and_each_goal_is_asked_about_once(self) -> None:
        def script(request: Request) -> Sequence[str]:
            return ["9" if "hard" in request.view.target else "1"]

        (easy, hard, again), policy, difficulty = self.of(script, "⊢ easy", "⊢ hard", "⊢ hard")
        assert easy == pytest.approx(CONSTANTS_PER_NAT * nats(0.1)) and hard == again > easy > 0
        assert len(policy.requests) == 2 and {each.role for each in policy.requests} == {Role.DIFFICULTY}
        assert "policy scripted" in difficulty.source and difficulty.variant == FootprintDifficulty().variant

    @pytest.mark.parametrize("answer", [["no idea"], [], MachineryError("gone")])
    def test_without_an_answer_it_is_the_footprint(self, answer: Sequence[str] | Exception) -> None:
        def script(request: Request) -> Sequence[str]:
            if isinstance(answer, Exception):
                raise answer
            return answer

        found, _, _ = self.of(script, "⊢ one", "⊢ two", "⊢ three")
        assert found == [FootprintDifficulty().of(CLOSED, NONE)] * 3

    @given(st.integers(0, 10), st.integers(0, 10))
    def test_levels_keep_their_order_and_none_is_certain(self, one: int, other: int) -> None:
        assert (nats(one / 10) < nats(other / 10)) is (one < other) and 0 < nats(one / 10) < 4

    def test_it_needs_a_policy(self, tmp_path: Any) -> None:
        with pytest.raises(UserError, match="--policy"):
            BenchSettings(difficulty="policy")
        path = tmp_path / "Spec.lean"
        path.write_text("theorem a : True := by\n  sorry\n")
        done = CliRunner().invoke(app, ["prove", str(path), "--difficulty", "policy"])
        assert done.exit_code == 2 and "say which one with --policy" in done.stderr and "Traceback" not in done.stderr
