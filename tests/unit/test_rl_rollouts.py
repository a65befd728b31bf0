"""Dead groups, odds, knapsack budgets, plans and their guard, replay, and the record of a run. No torch."""

from __future__ import annotations

import itertools
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rl.hints import BEGIN, NO_PLANS, LeakedHint, PlanBook, plan_of
from rl.replay import Replay, Verified
from rl.rollouts import Knapsack, Odds, chance_mixed, dead_groups, measure, mixed_share
from rl.trajectory import Trajectory, losses, read, rewards
from search.allocation import mixed


class TestGroups:
    def test_are_dead_when_nothing_differs(self) -> None:
        values = [0.0, 0.0, 1.0, 1.0, 0.5, 0.5, 0.0, 1.0, None, None, None, 0.3]
        groups = [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
        found = measure(values, groups)
        assert (found.groups, found.failed, found.solved, found.alike, found.empty, found.lost) == (6, 1, 1, 2, 1, 3)
        assert found.dead == 5 and found.dead_share == pytest.approx(5 / 6)
        assert dead_groups(values, groups) == [0, 1, 2, 4, 5]
        assert measure([], []).dead_share == 0.0


class TestOdds:
    def test_follow_what_was_seen_and_forget(self) -> None:
        odds = Odds()
        assert odds.of("new") == 0.5
        odds.observe("good", [1.0] * 20)
        odds.observe("bad", [0.0] * 20)
        odds.observe("lost", [None] * 20)
        assert odds.of("good") > 0.85 and odds.of("bad") < 0.15 and odds.of("lost") == 0.5
        odds.observe("good", [0.0] * 20)
        assert odds.of("good") < 0.25
        again = Odds()
        again.load(json.loads(json.dumps(odds.state())))
        assert again.of("good") == odds.of("good")


class TestKnapsack:
    @given(
        st.lists(st.tuples(st.floats(0.02, 0.98), st.integers(1, 3)), min_size=1, max_size=3),
        st.integers(0, 8),
        st.integers(0, 2),
    )
    def test_equals_brute_force(self, tasks: list[tuple[float, int]], extra: int, floor: int) -> None:
        odds, cost = [p for p, _ in tasks], [price for _, price in tasks]
        total, cap = floor * sum(cost) + extra, 6
        counts = Knapsack(floor, cap).counts(odds, total, cost)

        def worth(numbers: tuple[int, ...] | list[int]) -> float:
            return sum(map(mixed, odds, numbers))

        possible = itertools.product(range(floor, cap + 1), repeat=len(odds))
        best = max(worth(n) for n in possible if sum(map(int.__mul__, n, cost)) <= total)
        assert sum(map(int.__mul__, counts, cost)) <= total and all(floor <= n <= cap for n in counts)
        assert worth(counts) == pytest.approx(best, abs=1e-6)

    def test_uses_every_slot_when_nothing_forbids(self) -> None:
        for odds in ([0.5] * 4, [0.999] * 4, [0.001] * 4, [0.5, 0.99, 0.01, 0.3]):
            assert sum(Knapsack(2).counts(odds, 32)) == 32

    def test_solved_goals_get_the_floor_and_hard_ones_much(self) -> None:
        counts = Knapsack(2, 60).counts([0.97, 0.97, 0.5, 0.08], 64)
        assert counts[0] == counts[1] == 2 and counts[3] == max(counts) and sum(counts) == 64

    def test_more_groups_are_mixed_than_with_equal_counts(self) -> None:
        dice = random.Random(3)
        odds = [dice.choice([0.01, 0.03, 0.1, 0.5, 0.9, 0.99]) for _ in range(64)]
        equal, counts = [8] * 64, Knapsack(2, value=chance_mixed).counts(odds, 512)
        assert sum(counts) == 512
        assert mixed_share(odds, counts) > 1.05 * mixed_share(odds, equal)
        hard = Knapsack(2).counts(odds, 512)
        assert sum(map(mixed, odds, hard)) > 1.08 * sum(map(mixed, odds, equal))


class TestPlans:
    def test_stand_before_the_prompt(self) -> None:
        plans = PlanBook({"g": "show a + b = b + a\nbegin with induction"})
        assert "g" in plans and len(plans) == 1
        text = plans.hinted("g", "theorem t")
        assert text.startswith(BEGIN) and text.endswith("theorem t") and "-- begin with induction" in text
        chat = plans.hinted("g", [{"role": "system", "content": "s"}, {"role": "user", "content": "theorem t"}])
        assert chat[0]["content"] == "s" and chat[1]["content"] == text

    def test_no_evaluation_prompt_can_hold_one(self) -> None:
        plans = PlanBook({"g": "show a + b = b + a"})
        plain = "theorem t : a = b := by"
        plans.guard([plain, [{"role": "user", "content": plain}]])
        for leaked in (
            plans.hinted("g", plain),
            plans.hinted("g", [{"role": "user", "content": plain}]),
            f"Hint:  show  a + b = b + a\n{plain}",
            f"-- show a + b = b + a\n{plain}",
        ):
            with pytest.raises(LeakedHint):
                plans.guard([plain, leaked])
        with pytest.raises(LeakedHint):
            NO_PLANS.guard([plans.hinted("g", plain)])

    def test_a_plan_is_no_proof(self) -> None:
        plans = PlanBook(proofs={"g": "induction n\n  simp [f]"})
        with pytest.raises(ValueError, match="whole proof"):
            plans.add("g", "do this:\n induction n\n simp [f]")
        with pytest.raises(ValueError, match="1 to 400"):
            plans.add("g", "x" * 401)
        plans.add("g", "induction on n, then unfold f")
        assert plan_of(["f 0 = 0", "f (n + 1) = n"], "induction n") == (
            "show f 0 = 0\nshow f (n + 1) = n\nbegin with induction n"
        )
        assert len(plan_of(["x" * 300, "y" * 300])) <= 400


ROWS = [Verified(f"g{n % 2}", "p", f"proof {n}", own=n % 3 == 0) for n in range(6)]


class TestReplay:
    def test_draws_repeat_and_outlive_a_restart(self) -> None:
        one, two = Replay(ROWS, seed=5), Replay(ROWS, seed=5)
        assert one.draw(4) == two.draw(4)
        state = json.loads(json.dumps(one.state()))
        again = Replay()
        again.load(state)
        assert again.draw(10) == one.draw(10) and len(again) == 6

    def test_the_policys_own_proofs_and_every_goal_come_up(self) -> None:
        drawn = Replay([*ROWS, *(Verified("g0", "p", f"more {n}", own=False) for n in range(50))]).draw(2000)
        assert sum(row.goal == "g1" for row in drawn) == pytest.approx(1000, abs=100)
        others = Replay([Verified("g", "p", "a"), Verified("g", "p", "b", own=False)]).draw(3000)
        assert sum(row.own for row in others) == pytest.approx(2000, abs=120)

    def test_each_row_once_and_the_oldest_go(self) -> None:
        replay = Replay(ROWS, capacity=3)
        assert len(replay) == 3 and {row.completion for row in replay.draw(50)} == {"proof 3", "proof 4", "proof 5"}
        replay.add(ROWS[5])
        assert len(replay) == 3
        assert Replay().draw(3) == []


class TestTrajectory:
    def test_keeps_every_bit_and_can_be_cut(self, tmp_path: Path) -> None:
        made = Trajectory(tmp_path / "run" / "trajectory.jsonl")
        made.rewards(0, [0.1 + 0.2, None, 5e-324], [0, 0, 1])
        end = made.end
        made.loss(0, 1 / 3)
        assert rewards(made.path) == [[0.1 + 0.2, None, 5e-324]] and losses(made.path) == [1 / 3]
        with made.path.open("a") as file:
            file.write('{"kind": "lo')
        assert len(read(made.path)) == 2
        made.cut(end)
        assert losses(made.path) == [] and made.end == end
        with pytest.raises(ValueError, match="shorter"):
            made.cut(end + 1)


def test_importing_the_package_and_the_command_line_brings_no_torch() -> None:
    code = (
        "import sys, rl, rl.objectives, rl.reward, rl.judge, rl.rollouts, rl.hints, rl.replay, rl.trajectory\n"
        "import rl.models, rl.sft, rl.preferences, rl.averaging, rl.promotion, prover.cli\n"
        "bad = {'torch', 'transformers', 'trl', 'datasets'} & set(sys.modules)\n"
        "assert not bad, bad"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])
