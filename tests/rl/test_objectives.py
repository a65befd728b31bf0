"""Each objective on a toy that shows what it is for. Their neutral settings are in `test_trainer.py::TestNeutral`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pytest

pytest.importorskip("torch")

import torch
from torch import Tensor

from rl.objectives.ace import Ace, penalised
from rl.objectives.capo import Capo, curvature
from rl.objectives.empg import Empg, modulated, scaling, step_means
from rl.objectives.gigpo import GiGpo, step_advantages
from rl.objectives.grpo_lambda import shortened
from rl.objectives.interface import Batch, Need, Rollouts, group_relative
from rl.objectives.r3l import R3l, suffix_mask
from rl.objectives.seeupo import TURNS, SeeUpo, turn_weights
from rl.objectives.trpa import Trpa, divergence, preference_loss, tier_pairs
from rl.objectives.verpo import ClosureRates, VeRpo, dense, with_credit
from rl.reward import Graded, Step, Tier

pytestmark = pytest.mark.train


def rollouts(rewards: Sequence[float], width: int = 4, **options: Any) -> Rollouts:
    """One group; `width` tokens each, in one step."""
    values = torch.tensor(rewards, dtype=torch.float64)
    groups = options.pop("groups", torch.zeros(len(rewards), dtype=torch.long))
    mask = options.pop("mask", torch.ones((len(rewards), width), dtype=torch.bool))
    graded = options.pop("graded", [Graded(reward) for reward in rewards])
    return Rollouts(
        rewards=values,
        groups=groups,
        mask=mask,
        plain=group_relative(values, groups).float(),
        graded=graded,
        rows=options.pop("rows", [{}] * len(rewards)),
        steps=options.pop("steps", torch.where(mask, 0, -1)),
        **options,
    )


class TestGroups:
    def test_are_compared_among_themselves_whatever_their_size(self) -> None:
        rewards = torch.tensor([1.0, 0.0, math.nan, 0.25, 0.75, 0.5, 9.0], dtype=torch.float64)
        groups = torch.tensor([0, 0, 0, 1, 1, 1, 2])
        found = group_relative(rewards, groups)
        assert found[:2].tolist() == pytest.approx([0.5 / (math.sqrt(0.5) + 1e-4), -0.5 / (math.sqrt(0.5) + 1e-4)])
        assert found[2] == 0 and found[6] == 0 and float(found[3:6].sum()) == pytest.approx(0)
        assert group_relative(rewards, groups, scale=False)[3:6].tolist() == [-0.25, 0.25, 0.0]


class TestAce:
    def test_leaves_successes_alone_and_grows_with_the_shift(self) -> None:
        advantages = torch.tensor([1.0, 0.5, -1.0, -1.0, -1.0])
        shift = torch.tensor([5.0, -5.0, -3.0, 0.0, 3.0])
        found = penalised(advantages, shift, 2.0)
        assert torch.equal(found[:2], advantages[:2])
        assert found[2] > found[3] > found[4] and found[3] == pytest.approx(-1 - 2 * math.log(2))
        assert torch.equal(penalised(advantages, shift, 0.0), advantages)

    def test_takes_the_shift_from_the_completions_tokens(self) -> None:
        logps = torch.tensor([[-1.0, -1.0], [-1.0, -1.0]])
        reference = torch.tensor([[-2.0, -3.0], [-2.0, -3.0]])
        made = rollouts([1.0, 0.0], 2, logps=logps, reference=reference)
        found = Ace(1.0).advantages(made)
        assert found[1] == pytest.approx(float(made.plain[1]) * (1 + math.log1p(math.exp(3.0))), rel=1e-5)
        mean = Ace(1.0, per_token=True).advantages(made)
        assert mean[1] == pytest.approx(float(made.plain[1]) * (1 + math.log1p(math.exp(1.5))), rel=1e-5)
        assert Ace(1.0).needs == {Need.LOGPS, Need.REFERENCE}

    @staticmethod
    def bandit(alpha: float, seed: int) -> tuple[float, int]:
        """Four right arms of eight; a wrong one starts with most of the mass. Chance of success, and how many right
        arms keep 2 % or more."""
        dice = torch.Generator().manual_seed(seed)
        right = torch.tensor([1.0, 1, 1, 1, 0, 0, 0, 0], dtype=torch.float64)
        theta = torch.zeros(8)
        theta[4] = 3.0
        for _ in range(150):
            logp = torch.log_softmax(theta, 0)
            arms = torch.multinomial(logp.exp(), 8, replacement=True, generator=dice)
            plain = group_relative(right[arms], torch.zeros(8, dtype=torch.long)).float()
            advantages = penalised(plain, logp[arms] + math.log(8), alpha)
            step = torch.zeros(8).index_add_(0, arms, advantages) - advantages.sum() * logp.exp()
            theta = theta + step / 8
        p = torch.softmax(theta, 0)
        return float(p[:4].sum()), int((p[:4] > 0.02).sum())

    def test_more_ways_to_succeed_survive(self) -> None:
        plain, ace = ([self.bandit(alpha, seed) for seed in range(12)] for alpha in (0.0, 10.0))
        assert min(chance for chance, _ in plain + ace) > 0.98
        assert sum(modes for _, modes in ace) >= sum(modes for _, modes in plain) + 10


class TestCapo:
    def test_the_foretold_change_is_the_taylor_series_of_the_layer(self) -> None:
        dice = torch.Generator().manual_seed(1)
        hidden = torch.randn(5, generator=dice, dtype=torch.float64)
        head = torch.randn((4, 5), generator=dice, dtype=torch.float64)
        token, advantage, size = 2, -1.3, 0.07
        before = torch.log_softmax(head @ hidden, 0)

        def gained(weights: Tensor) -> Tensor:
            return advantage * torch.exp(torch.log_softmax(weights @ hidden, 0)[token] - before[token])

        def moved(weights: Tensor) -> Tensor:
            return (before.exp() * (before - torch.log_softmax(weights @ hidden, 0))).sum()

        weights = head.clone().requires_grad_(True)
        (gradient,) = torch.autograd.grad(gained(weights), weights)
        step = size * gradient.flatten()
        bend = torch.autograd.functional.hessian(gained, head).reshape(20, 20)
        fisher = torch.autograd.functional.hessian(moved, head).reshape(20, 20)
        gain, kl = curvature(hidden[None].float(), head.float(), torch.tensor([token]), torch.tensor([advantage]), size)
        assert float(gain) == pytest.approx(float(gradient.flatten() @ step + 0.5 * step @ bend @ step), rel=1e-4)
        assert float(kl) == pytest.approx(float(0.5 * step @ fisher @ step), rel=1e-4)

    @staticmethod
    def learner(objective: Capo, seed: int, rate: float) -> tuple[float, float]:
        """A linear policy over 13 contexts at learning rate `rate`, with a fourteenth whose features are huge and whose
        reward is chance. Chance of the right arm in the 13, and the share of tokens that were masked."""
        dice = torch.Generator().manual_seed(seed)
        normal = torch.nn.functional.normalize(torch.randn(14, 16, generator=dice), dim=1) * 1.5
        right = torch.randint(0, 6, (14,), generator=dice)
        weights = torch.zeros((6, 16), requires_grad=True)
        context = torch.arange(14).repeat_interleave(8)
        masked = 0.0
        for _ in range(80):
            normal[-1] = 30 * torch.nn.functional.normalize(torch.randn(16, generator=dice), dim=0)
            hidden = normal[context]
            arms = torch.multinomial(torch.softmax(hidden @ weights.detach().T, 1), 1, generator=dice)
            rewards = (arms[:, 0] == right[context]).double()
            rewards[-8:] = (torch.rand(8, generator=dice) < 0.5).double()
            logps = torch.log_softmax(hidden @ weights.T, 1).gather(1, arms)
            batch = Batch(
                logps=logps,
                old=logps.detach(),
                entropies=torch.zeros_like(logps),
                mask=torch.ones_like(arms),
                advantages=group_relative(rewards, context).float(),
                groups=context,
                ids=arms,
                hidden=hidden[:, None],
                head=weights.detach(),
            )
            scale = objective.weights(batch)
            advantages = batch.spread if scale is None else batch.spread * scale
            masked += objective.metrics.get("capo/masked", 0.0) / 80
            (gradient,) = torch.autograd.grad(-(advantages * torch.exp(logps - logps.detach())).mean(), weights)
            weights = (weights - rate * gradient).detach().requires_grad_(True)
        p = torch.softmax(normal @ weights.detach().T, 1)
        return float(p[torch.arange(13), right[:13]].mean()), masked

    def test_an_aggressive_rate_is_survived(self) -> None:
        rate = 80.0
        plain = [self.learner(Capo(), seed, rate)[0] for seed in range(6)]
        capo = [self.learner(Capo(1.0, step=rate / 112), seed, rate) for seed in range(6)]
        assert sum(plain) / 6 < 0.65
        assert sum(chance for chance, _ in capo) / 6 > 0.78
        assert 0 < sum(share for _, share in capo) / 6 < 0.08

    def test_in_the_trainer_it_sees_the_last_hidden_states(self, make_trainer: Any) -> None:
        from test_trainer import batch_of, loss_and_gradients

        trainer = make_trainer(objective=Capo(1e9, step=1.0))
        inputs = batch_of(trainer)
        seen: list[Batch] = []
        weigh = trainer.objective.weights
        trainer.objective.weights = lambda batch: (seen.append(batch), weigh(batch))[1]
        loss_and_gradients(trainer, inputs)
        (batch,) = seen
        assert batch.hidden is not None and batch.head is not None
        logps = torch.log_softmax(batch.hidden @ batch.head.T, -1).gather(2, batch.ids.unsqueeze(2)).squeeze(2)
        mask = batch.mask.bool()
        assert torch.allclose(logps[mask], batch.logps.detach()[mask], atol=1e-5)
        trainer.objective = Capo(0.0, step=1.0)
        loss, gradients = loss_and_gradients(trainer, inputs)
        assert loss == 0.0 and not any(torch.count_nonzero(each) for each in gradients)
        assert trainer._metrics["train"]["capo/masked"][-1] > 0.9


class TestEmpg:
    ENTROPIES = torch.tensor([[0.1, 0.1, 2.0, 2.0], [0.1, 0.1, 2.0, 2.0]])
    STEPS = torch.tensor([[0, 0, 1, 1], [0, 0, 1, 1]])

    def test_steps_have_the_mean_of_their_tokens(self) -> None:
        means, places = step_means(self.ENTROPIES, torch.tensor([[0, 0, 1, -1], [0, 1, 1, 2]]))
        assert means.tolist() == pytest.approx([0.1, 2.0, 0.1, 1.05, 2.0])
        assert places.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1], [1, 2]]

    def test_weights_average_1(self) -> None:
        for k in (0.0, 0.5, 3.0):
            assert float(
                scaling(torch.rand(50, generator=torch.Generator().manual_seed(0)), k).mean()
            ) == pytest.approx(1)

    def test_certain_steps_count_more_right_or_wrong_and_uncertain_ones_less(self) -> None:
        plain = torch.tensor([1.0, -1.0])
        found = modulated(plain, self.ENTROPIES, self.STEPS, 1.0, 1.0, 0.0)
        assert found[0, 0] > 1.0 > found[0, 2] > 0 and found[1, 0] < -1.0 < found[1, 2] < 0
        assert float(found[:, ::2].mean()) == pytest.approx(0, abs=1e-6)

    def test_a_clear_next_step_is_worth_a_bonus(self) -> None:
        entropies = torch.tensor([[1.0, 0.1], [1.0, 2.0]])
        steps = torch.tensor([[0, 1], [0, 1]])
        found = modulated(torch.tensor([1.0, 1.0]), entropies, steps, 0.0, 1.0, 0.5)
        assert found[0, 0] > found[1, 0]

    def test_attempts_without_advantage_stay_without(self) -> None:
        found = modulated(torch.tensor([1.0, 0.0]), self.ENTROPIES, self.STEPS, 1.0, 1.0, 0.1)
        assert found[1].abs().max() == 0
        assert Empg(1.0).needs == {Need.ENTROPIES} and not Empg().needs


class TestGiGpo:
    def test_by_hand(self) -> None:
        """Two attempts pass through the goal "b": one then succeeds, the other does not."""
        found = step_advantages(
            [[1.0, 1.0], [0.0, 0.0], [1.0]], [["a", "b"], ["b", "c"], ["b"]], [0, 0, 1], scale=False
        )
        assert found == [[0.0, 0.5], [-0.5, 0.0], [0.0]]
        scaled = step_advantages([[1.0], [0.0]], [["b"], ["b"]], [0, 0])
        assert scaled[0][0] == pytest.approx(0.5 / (math.sqrt(0.5) + 1e-4))

    def test_attempts_without_a_reward_are_no_anchors(self) -> None:
        assert step_advantages([[math.nan], [1.0]], [["a"], ["a"]], [0, 0]) == [[0.0], [0.0]]

    def test_tokens_get_their_steps_advantage(self) -> None:
        graded = [
            Graded(1.0, steps=(Step("a", 0, 4), Step("b", 4, 8))),
            Graded(0.0, steps=(Step("b", 0, 4), Step("c", 4, 8))),
        ]
        spans = [[(0, 2), (2, 4), (4, 6), (6, 8)]] * 2
        made = rollouts([1.0, 0.0], graded=graded, spans=spans)
        objective = GiGpo(2.0, 1.0, scale=False)
        found = objective.advantages(made) - made.plain.unsqueeze(1)
        assert found.tolist() == [[0.0, 0.0, 1.0, 1.0], [-1.0, -1.0, 0.0, 0.0]]

    def test_without_a_goal_that_comes_up_twice_it_is_plain(self) -> None:
        graded = [Graded(1.0, steps=(Step("a", 0, 4),)), Graded(0.0, steps=(Step("b", 0, 4),))]
        made = rollouts([1.0, 0.0], graded=graded, spans=[[(0, 1)] * 4] * 2)
        assert GiGpo(2.0).advantages(made) is made.plain


class TestVeRpo:
    def test_weights_follow_the_closure_rates(self) -> None:
        rates = ClosureRates()
        rates.observe([{"easy": True, "hard": False}] * 20)
        assert rates.of("easy") > 0.85 and rates.of("hard") < 0.15 and rates.of("new") == 0.5
        assert dense({"easy": False, "hard": True}, rates) > 0.8 > 0.2 > dense({"easy": True, "hard": False}, rates)
        rates.observe([{"easy": False}] * 200)
        assert rates.of("easy") < 0.1
        again = ClosureRates()
        again.load(rates.state())
        assert again.of("easy") == rates.of("easy")

    def test_a_finished_proof_outranks_every_partial_one(self) -> None:
        assert all(with_credit(reward, 1.0, 0.99) < 1.0 == with_credit(1.0, 0.0, 0.99) for reward in (0.0, 0.5, 0.99))
        with pytest.raises(ValueError):
            VeRpo(1.0)

    def test_farming_easy_subgoals_is_bounded(self) -> None:
        rates = ClosureRates()
        rates.observe([{**{f"easy{n}": True for n in range(100)}, "hard": False}] * 50)
        many = {**{f"easy{n}": True for n in range(100)}, "hard": False}
        few = {**{f"easy{n}": False for n in range(100)}, "hard": True}
        assert dense(many, rates) < 1.0 and dense({"hard": False, "easy1": True}, rates) < 0.25
        assert dense(few, rates) > 10 * dense({**few, "hard": False, "easy1": True}, rates)

    def test_a_group_that_failed_alike_is_told_apart(self) -> None:
        graded = [Graded(0.0, closed={"x": True, "y": False}), Graded(0.0, closed={"x": False, "y": False})]
        made = rollouts([0.0, 0.0], graded=graded)
        assert made.plain.abs().max() == 0
        found = VeRpo(0.5).advantages(made)
        assert found[0] > 0 > found[1]


class TestGrpoLambda:
    LENGTHS = torch.tensor([10, 20, 30, 5])
    GROUP = torch.zeros(4, dtype=torch.long)

    def test_long_proofs_are_punished_from_the_switch_on(self) -> None:
        mostly = torch.tensor([1.0, 1.0, 1.0, 0.0], dtype=torch.float64)
        found, share = shortened(mostly, self.LENGTHS, self.GROUP, 0.5, 0.75)
        assert share == 1.0 and found[0] > found[1] > found[2] > found[3] == 0.0
        rarely = torch.tensor([1.0, 1.0, 0.0, 0.0], dtype=torch.float64)
        found, share = shortened(rarely, self.LENGTHS, self.GROUP, 0.5, 0.75)
        assert share == 0.0 and torch.equal(found, rarely)

    def test_a_short_failure_never_outranks_a_long_success(self) -> None:
        rewards = torch.tensor([1.0, 1.0, 1.0, 0.0], dtype=torch.float64)
        found, _ = shortened(rewards, torch.tensor([1, 1, 100_000, 1]), self.GROUP, 0.999, 0.5)
        assert found[:3].min() > found[3]

    def test_attempts_without_a_reward_do_not_count_in_the_rate(self) -> None:
        rewards = torch.tensor([1.0, math.nan, math.nan, math.nan], dtype=torch.float64)
        _, share = shortened(rewards, self.LENGTHS, self.GROUP, 0.5, 0.75)
        assert share == 1.0


class TestTrpa:
    def test_pairs_only_across_tiers_of_one_group(self) -> None:
        tiers = torch.tensor([3, 1, 1, -1, 0, 2])
        groups = torch.tensor([0, 0, 0, 0, 0, 1])
        assert tier_pairs(tiers, groups).tolist() == [[0, 1], [0, 2], [0, 4], [1, 4], [2, 4]]
        assert not len(tier_pairs(torch.tensor([1, 1]), torch.tensor([0, 0])))

    def test_the_loss_raises_the_better_one(self) -> None:
        change = torch.zeros(2, requires_grad=True)
        loss = preference_loss(change, torch.tensor([[0, 1]]), 1.0, torch.tensor([True, False]))
        loss.backward()
        assert float(loss.detach()) == pytest.approx(math.log(2)) and change.grad is not None
        assert change.grad[0] < 0 < change.grad[1]

    @staticmethod
    def bandit(trust: float) -> tuple[float, float]:
        """A softmax policy over four arms of tiers 3, 2, 1, 0, many steps on one batch. Chance of the best, and KL
        to where it began."""
        objective = Trpa(1.0, policy=0.0, beta=2.0, trust=trust)
        theta = torch.zeros(4, requires_grad=True)
        arms = torch.arange(4).repeat(4)
        tiers = 3 - arms
        old = torch.log_softmax(theta.detach(), 0)[arms].unsqueeze(1)
        for _ in range(200):
            logps = torch.log_softmax(theta, 0)[arms].unsqueeze(1)
            batch = Batch(
                logps=logps,
                old=old,
                entropies=torch.zeros_like(old),
                mask=torch.ones_like(old),
                advantages=torch.zeros(16),
                groups=torch.zeros(16, dtype=torch.long),
                ids=arms.unsqueeze(1),
                columns={"tiers": tiers},
            )
            loss = objective.extra(batch)
            assert loss is not None
            (gradient,) = torch.autograd.grad(loss, theta)
            theta = (theta - 0.5 * gradient).detach().requires_grad_(True)
        p = torch.softmax(theta.detach(), 0)
        return float(p[0]), float((p * (p * 4).log()).sum())

    def test_the_trust_region_bounds_the_divergence(self) -> None:
        free, bound = self.bandit(0.0), self.bandit(1.0)
        assert free[0] > 0.8 and free[1] > 0.6
        assert 0.3 < bound[0] < free[0] and bound[1] < 0.3

    def test_the_divergence_is_0_where_nothing_moved(self) -> None:
        logps = torch.randn((2, 3))
        assert divergence(logps, logps, torch.ones((2, 3))) == 0

    def test_tiers_come_from_the_judge(self) -> None:
        made = rollouts([1.0, 0.0], graded=[Graded(1.0, Tier.ACCEPTED), Graded(None)])
        assert Trpa(1.0).columns(made)["tiers"].tolist() == [3, -1]


class TestR3l:
    def test_the_kept_prefix_is_masked_and_successes_count_more(self) -> None:
        assert suffix_mask(torch.tensor([0, 2]), 3).tolist() == [[1, 1, 1], [0, 0, 1]]
        made = rollouts([1.0, 0.0], rows=[{"kept": 2}, {}])
        found = R3l(3.0).advantages(made)
        assert found[0] == 3 * made.plain[0] and found[1] == made.plain[1]
        assert R3l().columns(made)["kept"].tolist() == [2, 0]


class TestSeeUpo:
    def test_turns_are_updated_last_first_under_the_ratio_of_the_later_ones(self) -> None:
        turns = torch.tensor([[0, 0, 1, 1], [0, 0, 0, -1]])
        ratio = torch.tensor([[9.0, 9.0, math.log(1.1), math.log(1.1)], [9.0, 9.0, 9.0, 9.0]])
        last = turn_weights(turns, ratio, torch.tensor([1, 0]), 0.2)
        assert last.tolist() == [[0, 0, 1, 1], [1, 1, 1, 0]]
        first = turn_weights(turns, ratio, torch.tensor([0, 0]), 0.2)
        assert first[0].tolist() == pytest.approx([1.1, 1.1, 0, 0]) and first[1].tolist() == [1, 1, 1, 0]
        clipped = turn_weights(turns, 10 * ratio, torch.tensor([0, 0]), 0.2)
        assert clipped[0].tolist() == pytest.approx([1.2, 1.2, 0, 0])

    @pytest.mark.parametrize("seed", range(3))
    def test_a_repair_dialogue_comes_to_its_optimum(self, seed: int) -> None:
        """A safe first turn pays 0.9 whatever follows; a risky one pays 1 if the second turn picks one arm of four."""
        dice = torch.Generator().manual_seed(seed)
        pay = torch.tensor([[1.0, 0, 0, 0], [0.9] * 4], dtype=torch.float64)
        first, second = torch.zeros(2, requires_grad=True), torch.zeros((2, 4), requires_grad=True)
        objective, turns = SeeUpo(sequential=True), torch.tensor([[0, 1]]).repeat(32, 1)

        def logps(a: Tensor, b: Tensor) -> Tensor:
            return torch.stack([torch.log_softmax(first, 0)[a], torch.log_softmax(second, 1)[a, b]], dim=1)

        for _ in range(60):
            with torch.no_grad():
                a = torch.multinomial(torch.softmax(first, 0), 32, replacement=True, generator=dice)
                b = torch.multinomial(torch.softmax(second, 1)[a], 1, generator=dice)[:, 0]
                old = logps(a, b)
            advantages = group_relative(pay[a, b], torch.zeros(32, dtype=torch.long)).float()
            for use in range(2):
                for _ in range(4):
                    now = logps(a, b)
                    batch = Batch(
                        logps=now,
                        old=old,
                        entropies=old,
                        mask=torch.ones_like(turns),
                        advantages=advantages,
                        groups=torch.zeros(32),
                        ids=turns,
                        columns={TURNS: turns},
                        iteration=use,
                    )
                    weights = objective.weights(batch)
                    assert weights is not None
                    scaled, ratio = batch.spread * weights, torch.exp(now - old)
                    loss = -torch.min(ratio * scaled, ratio.clamp(0.8, 1.2) * scaled).sum(1).mean()
                    gradients = torch.autograd.grad(loss, (first, second))
                    first, second = (
                        (p - g).detach().requires_grad_(True) for p, g in zip((first, second), gradients, strict=True)
                    )
        chance = torch.softmax(first.detach(), 0)[:, None] * torch.softmax(second.detach(), 1)
        assert float((chance * pay).sum()) > 0.95
