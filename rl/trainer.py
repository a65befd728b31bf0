"""Group-relative policy optimisation on Lean's verdicts: TRL's GRPOTrainer with the house's objectives.

What is added to TRL: one `Objective` (`rl.objectives`), supervised replay of verified completions, rewards kept as the
doubles that the judge gave, attempts without a reward, ratios for rollouts that were drawn earlier, budgets of rollouts
by odds, dead groups drawn again (with plans, if there are some), and checkpoints from which a run goes on unchanged.

It leans on two facts about TRL 1.15 and 1.16, which `tests/rl/test_trainer.py` holds it to: `_compute_loss` reads
`inputs["advantages"]` after it has called `_get_per_token_logps_and_entropies`, and its loss is linear in them for
factors of at least 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from trl import GRPOConfig, GRPOTrainer
from trl.trainer.utils import add_fused_lm_head

from rl.batches import line_steps, replaced, spans, supervised
from rl.learner import STATE, VERSION, EpochSampler, LearnerSettings, Recorder, Sample, firsts, goal_of, total
from rl.models import line_ends
from rl.objectives.interface import Batch, Need, Objective, Rollouts, group_relative
from rl.objectives.r3l import KEPT, R3l
from rl.replay import Replay
from rl.reward import Graded
from rl.rollouts import Groups, Odds, dead_groups, measure
from rl.trajectory import Trajectory, name_of

_COLUMN, _PREFIX = "objective/", "prefix"


class PolicyTrainer(GRPOTrainer):
    """`reward_funcs`, `args`, `train_dataset` and so on are TRL's. The data set needs a column `prompt`, and what the
    reward functions want; `goal` (a goal key) is what odds and plans go by, the prompt's text where there is none.

    `reference`: a frozen model for objectives that need one (TRL makes its own where `beta` is not 0).
    Raises ValueError for settings that do not go together.
    """

    def __init__(
        self,
        model: Any,
        reward_funcs: Any,
        args: GRPOConfig,
        *,
        objective: Objective | None = None,
        settings: LearnerSettings | None = None,
        replay: Replay | None = None,
        reference: Any = None,
        **options: Any,
    ) -> None:
        self.objective, self.learner = objective or Objective(), settings or LearnerSettings()
        self.replay, self.odds = replay, Odds()
        self.trajectory = Trajectory(Path(args.output_dir) / name_of(args.process_index))
        self.groups: Groups | None = None
        self._sample = Sample([], [])
        self._in_loss: Callable[[Tensor, Tensor], None] | None = None
        self._hidden: Tensor | None = None
        self._line_ends: frozenset[int] | None = None
        functions = reward_funcs if isinstance(reward_funcs, list) else [reward_funcs]
        super().__init__(model, [Recorder(each) for each in functions], args, **options)
        self._refuse_what_does_not_fit()
        self.reference = reference
        if reference is not None:
            reference.requires_grad_(False).eval().to(self.accelerator.device)
            add_fused_lm_head(reference, temperature=self.temperature)
        if self.eval_dataset is not None and not isinstance(self.eval_dataset, dict):
            self.learner.plans.guard(row["prompt"] for row in self.eval_dataset)

    def _refuse_what_does_not_fit(self) -> None:
        local = self.args.per_device_train_batch_size * self.args.steps_per_generation
        if local % self.num_generations:
            raise ValueError(
                f"a process draws {local} rollouts at once, which is no multiple of {self.num_generations}"
            )
        uneven = self.learner.knapsack is not None
        if (uneven or self.learner.resamples) and (
            self.scale_rewards == "batch" or self.multi_objective_aggregation != "sum_then_normalize"
        ):
            raise ValueError("groups of other sizes, and groups drawn again, need scale_rewards 'group' or 'none'")
        if (uneven or self.learner.restarts) and self.use_vllm:
            raise ValueError("TRL asks vLLM for equally many completions of each prompt; draw them in a rollout_func")
        if self.learner.restarts and not isinstance(self.objective, R3l):
            raise ValueError("restarts need the objective r3l, which takes the gradient off what was kept")

    # ---- Rollouts ----------------------------------------------------------------------------------------------------

    def _get_train_sampler(self, dataset: Any = None) -> Any:
        plain = super()._get_train_sampler(dataset)
        names = ("data_source", "mini_repeat_count", "batch_size", "repeat_count", "shuffle", "seed")
        return EpochSampler(**{name: getattr(plain, name) for name in names})

    def _calculate_rewards(self, inputs: Any, prompts: Any, completions: Any, completion_ids_list: Any) -> Any:
        result = super()._calculate_rewards(inputs, prompts, completions, completion_ids_list)
        weights = self.reward_weights.tolist()
        columns = [recorder.values for recorder in self.reward_funcs]
        self._sample.rewards = [total(values, weights) for values in zip(*columns, strict=True)]
        known = getattr(self.reward_funcs[0].function, "graded", None)
        self._sample.graded = list(known) if known else [Graded(reward) for reward in self._sample.rewards]
        return result

    def _generate_and_score_completions(self, inputs: list[dict[str, Any]]) -> Any:
        if not self.model.training:
            self.learner.plans.guard(row["prompt"] for row in inputs)
            return super()._generate_and_score_completions(inputs)
        out, sample = self._drawn(*self._allotted(inputs))
        self.groups = measure(sample.rewards, sample.groups)
        again = 0
        for _ in range(self.learner.resamples):
            out, revived = self._drawn_again(out, sample)
            again += revived
        for number, row in enumerate(firsts(sample)):
            own = [reward for reward, group in zip(sample.rewards, sample.groups, strict=True) if group == number]
            self.odds.observe(goal_of(row), own)
        self._note("groups/dead", self.groups.dead_share)
        self._note("groups/failed", self.groups.failed / max(1, self.groups.groups))
        self._note("groups/solved", self.groups.solved / max(1, self.groups.groups))
        self._note("groups/revived", float(again))
        self._note("rewards/lost", float(self.groups.lost))
        self.trajectory.rewards(self._step, sample.rewards, sample.groups)
        return self._shaped(out, sample, recomputed=bool(again) or len(set(sample.sizes)) > 1)

    def _allotted(self, inputs: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[int]]:
        """The rows of a batch, each as often as its goal gets rollouts, and these numbers."""
        each = self.num_generations
        goals = inputs[::each]
        odds = [self.odds.of(goal_of(row)) for row in goals]
        counts = self.objective.counts(odds, len(inputs))
        if counts is None and self.learner.knapsack is not None:
            counts = self.learner.knapsack.counts(odds, len(inputs))
        if counts is None:
            return inputs, [each] * len(goals)
        if sum(counts) != len(inputs):
            raise ValueError(f"{sum(counts)} rollouts were allotted, and {len(inputs)} are drawn: the cap is too low")
        return [dict(row) for row, count in zip(goals, counts, strict=True) for _ in range(count)], counts

    def _generate_single_turn(self, prompt_ids: Any, *args: Any, **options: Any) -> Any:
        """As TRL's, with the completion of a row that has a kept prefix continued instead of begun."""
        if not (self.model.training and self.learner.restarts):
            return super()._generate_single_turn(prompt_ids, *args, **options)
        rows, words = self._sample.rows, self._tokenizer
        kept = [words(row.get(_PREFIX) or "", add_special_tokens=False)["input_ids"] for row in rows]
        begun = [list(ids) + prefix for ids, prefix in zip(prompt_ids, kept, strict=True)]
        completions, logps = super()._generate_single_turn(begun, *args, **options)
        for row, prefix in zip(rows, kept, strict=True):
            row[KEPT] = len(prefix)
        return [prefix + list(ids) for prefix, ids in zip(kept, completions, strict=True)], logps

    def _drawn(self, rows: list[dict[str, Any]], sizes: list[int]) -> tuple[dict[str, Any], Sample]:
        self._sample = Sample(rows, sizes)
        out = super()._generate_and_score_completions(rows)
        return out, self._sample

    def _drawn_again(self, out: dict[str, Any], sample: Sample) -> tuple[dict[str, Any], int]:
        """Draw the groups that failed, or are all alike, once more; those that are then alive take their old place."""
        groups = sample.groups
        solved = {g for g, r in zip(groups, sample.rewards, strict=True) if r == 1.0}
        dead = [group for group in dead_groups(sample.rewards, groups) if group not in solved]
        places = [place for place, group in enumerate(groups) if group in dead]
        # Processes must ask equally often, and for equally many, since TRL gathers what they got.
        most = int(self.accelerator.gather(torch.tensor([len(places)], device=self.accelerator.device)).max())
        if not most:
            return out, 0
        each = self.num_generations
        asked = [self._asked_again(place, sample) for place in places]
        filling = math.ceil(most / each) * each - len(asked)
        before = {key: len(values) for key, values in self._metrics["train"].items()}
        new, drawn = self._drawn([*asked, *(self._asked_again(0, sample) for _ in range(filling))], [])
        for key, values in self._metrics["train"].items():
            del values[max(1, before.get(key, 0)) :]  # TRL's own figures stay those of the first draws
        rewards = drawn.rewards[: len(places)]
        alive = set(dict.fromkeys(groups[place] for place in places)) - set(
            dead_groups(rewards, [groups[place] for place in places])
        )
        taken = [number for number, place in enumerate(places) if groups[place] in alive]
        for number in taken:
            place = places[number]
            sample.rewards[place], sample.graded[place] = rewards[number], drawn.graded[number]
            sample.rows[place] = drawn.rows[number]
        rows = {key: value[taken] if value.dim() else value for key, value in new.items()}
        made = replaced(out, [places[number] for number in taken], rows) if taken else out
        # Every process comes here, also one that took nothing: the others wait for it.
        mask = made["completion_mask"] * made.get("tool_mask", 1)
        made["num_items_in_batch"] = self.accelerator.gather(mask.sum()).sum()
        return made, len(alive)

    def _asked_again(self, place: int, sample: Sample) -> dict[str, Any]:
        """The row of an attempt, for its group's second draw: with the goal's plan, or from its failing step on."""
        row, group = sample.rows[place], sample.groups[place]
        goal, kept = goal_of(row), sample.graded[place].kept
        own = [reward for reward, each in zip(sample.rewards, sample.groups, strict=True) if each == group]
        asked = {**row, "goal": goal, _PREFIX: ""}  # TRL takes the first row's columns for all rows'
        if not any(own) and goal in self.learner.plans:
            asked["prompt"] = self.learner.plans.hinted(goal, row["prompt"])
        elif not any(own) and self.learner.restarts:
            asked[_PREFIX] = kept
        return asked

    def _shaped(self, out: dict[str, Any], sample: Sample, *, recomputed: bool) -> dict[str, Any]:
        """The batch with the objective's advantages, and what the loss will want to know."""
        device = out["advantages"].device
        numbers = [math.nan if reward is None else reward for reward in sample.rewards]
        rewards = torch.tensor(numbers, dtype=torch.float64, device=device)
        groups = torch.tensor(sample.groups, device=device)
        mask = (out["completion_mask"] * out.get("tool_mask", 1)).bool()
        plain = out["advantages"]
        if recomputed:
            plain = group_relative(rewards, groups, scale=self.scale_rewards != "none").to(plain.dtype)
        rollouts = Rollouts(
            rewards=rewards,
            groups=groups,
            mask=mask,
            plain=plain,
            graded=sample.graded,
            rows=sample.rows,
            **self._seen_again(out, mask, sample),
        )
        advantages = self.objective.advantages(rollouts).to(plain.dtype)
        for name, column in self.objective.columns(rollouts).items():
            out[_COLUMN + name] = column
        if not self.use_vllm and "sampling_per_token_logps" in out and "old_per_token_logps" not in out:
            # Without this TRL takes the present policy for the one that drew them, and the ratio is always 1.
            out["old_per_token_logps"] = out["sampling_per_token_logps"]
        stale = self._stale(sample)
        if any(stale):
            advantages = advantages.clone()
            advantages[torch.tensor(stale, device=device)] = 0.0
        self._note("rollouts/stale", sum(stale) / max(1, len(stale)))
        self._note_objective()
        return {**out, "advantages": advantages, "rewards": rewards, "groups": groups}

    def _seen_again(self, out: dict[str, Any], mask: Tensor, sample: Sample) -> dict[str, Any]:
        """What the objective needs of the policy that drew the rollouts, by one more pass."""
        needs = self.objective.needs
        made: dict[str, Any] = {"steps": torch.where(mask, 0, -1), "spans": [], "reference": None}
        made["reference"] = out.get("ref_per_token_logps")
        if any(graded.steps for graded in sample.graded):
            made["spans"] = spans(self._tokenizer, out["completion_ids"], mask)
        if not needs:
            return made
        ids = torch.cat([out["prompt_ids"], out["completion_ids"]], dim=1)
        attention = torch.cat([out["prompt_mask"], out["completion_mask"]], dim=1)
        width, rows = out["completion_ids"].size(1), self.args.per_device_train_batch_size
        with torch.no_grad():
            if needs & {Need.LOGPS, Need.ENTROPIES}:
                made["logps"], made["entropies"], _ = self._get_per_token_logps_and_entropies(
                    self.model, ids, attention, width, batch_size=rows, compute_entropy=True
                )
            if Need.REFERENCE in needs and made["reference"] is None:
                if self.reference is None:
                    raise ValueError(f"the objective {self.objective.name} needs a reference model")
                made["reference"], _, _ = self._get_per_token_logps_and_entropies(
                    self.reference, ids, attention, width, batch_size=rows
                )
        if Need.ENTROPIES in needs:
            self._line_ends = self._line_ends or line_ends(self._tokenizer)
            made["steps"] = line_steps(out["completion_ids"], mask, self._line_ends)
        return made

    def _stale(self, sample: Sample) -> list[bool]:
        most, now = self.learner.most_stale, self.state.global_step
        if most is None:
            return [False] * len(sample.rows)
        return [row.get(VERSION) is not None and now - row[VERSION] > most for row in sample.rows]

    # ---- Loss --------------------------------------------------------------------------------------------------------

    def _get_per_token_logps_and_entropies(self, model: Any, *args: Any, **options: Any) -> Any:
        result = super()._get_per_token_logps_and_entropies(model, *args, **options)
        if self._in_loss is not None:
            self._in_loss(result[0], result[1])
        return result

    def _compute_loss(self, model: Any, inputs: Mapping[str, Any]) -> Any:
        if "groups" not in inputs:  # an evaluation
            return super()._compute_loss(model, inputs)
        given, found = dict(inputs), list[Batch]()

        def seen(logps: Tensor, entropies: Tensor) -> None:
            batch = self._batch(given, logps, entropies)
            found.append(batch)
            weights = self.objective.weights(batch)
            if weights is not None:
                given["advantages"] = batch.spread * weights

        with ExitStack() as stack:
            if self.objective.sees_hidden:
                stack.callback(self._watch(model).remove)
            self._in_loss = seen
            try:
                loss = super()._compute_loss(model, given)
            finally:
                self._in_loss = self._hidden = None
        share = self.current_gradient_accumulation_steps if self.model.training else 1.0
        extra = self.objective.extra(found[0])
        if extra is not None:
            loss = loss + extra / share
        loss = self._with_replay(model, loss, share)
        self._note_objective()
        self.trajectory.loss(self._step, float(loss.detach()))
        return loss

    def _batch(self, inputs: Mapping[str, Any], logps: Tensor, entropies: Tensor) -> Batch:
        old, width = inputs.get("old_per_token_logps"), logps.size(1)
        hidden = None if self._hidden is None else self._hidden[:, -width - 1 : -1].detach()
        return Batch(
            logps=logps,
            old=logps.detach() if old is None else old,
            entropies=entropies.detach(),
            mask=inputs["completion_mask"] * inputs.get("tool_mask", 1),
            advantages=inputs["advantages"],
            groups=inputs["groups"],
            ids=inputs["completion_ids"],
            reference=inputs.get("ref_per_token_logps"),
            columns={key.removeprefix(_COLUMN): inputs[key] for key in inputs if key.startswith(_COLUMN)},
            iteration=self._step // self.args.steps_per_generation % self.num_iterations,
            hidden=hidden,
            head=None if hidden is None else self._bare.get_output_embeddings().weight.detach(),
            temperature=self.temperature,
            step_size=self.optimizer.param_groups[0]["lr"] if self.optimizer is not None else 0.0,
        )

    @property
    def _bare(self) -> Any:
        bare = self.accelerator.unwrap_model(self.model)
        return bare.get_base_model() if hasattr(bare, "get_base_model") else bare

    def _watch(self, model: Any) -> Any:
        def keep(_module: Any, _args: Any, output: Any) -> None:
            self._hidden = output.last_hidden_state

        return self._bare.base_model.register_forward_hook(keep)

    def _with_replay(self, model: Any, loss: Tensor, share: float) -> Tensor:
        weight = self.learner.replay_weight
        rows = self.replay.draw(self.learner.replay_rows) if self.replay is not None and weight else []
        if not rows:
            return loss
        pairs = [(row.prompt, row.completion) for row in rows]
        sent: dict[str, Any] = supervised(self._tokenizer, pairs, self.accelerator.device)
        if self.temperature == 1.0:
            sent["fused_lm_head"] = True  # the same loss without the logits of every token at once
        with self.accelerator.autocast():
            likelihood = model(**sent).loss
        self._note("replay/nll", float(likelihood.detach()))
        return loss + weight * likelihood / share

    # ---- Records and checkpoints -------------------------------------------------------------------------------------

    def _note(self, name: str, value: float) -> None:
        self._metrics["train"][name].append(value)

    def _note_objective(self) -> None:
        for name, value in self.objective.metrics.items():
            self._note(name, value)
        self.objective.metrics.clear()

    def create_model_card(self, *_args: Any, **_options: Any) -> None:
        """None: TRL would ask the hub about the base model."""

    def _save_checkpoint(self, model: Any, trial: Any) -> None:
        super()._save_checkpoint(model, trial)
        folder = Path(self._get_output_dir(trial=trial)) / f"checkpoint-{self.state.global_step}"
        path = folder / STATE.format(rank=self.accelerator.process_index)
        state = {
            "step": self._step,
            "buffered": self._buffered_inputs,
            "objective": self.objective.state(),
            "odds": self.odds.state(),
            "replay": None if self.replay is None else self.replay.state(),
            "trajectory": self.trajectory.end,
        }
        torch.save(state, path.with_suffix(".part"))
        path.with_suffix(".part").replace(path)

    def _load_optimizer_and_scheduler(self, checkpoint: str | None) -> None:
        super()._load_optimizer_and_scheduler(checkpoint)
        if checkpoint is None:
            return
        path = Path(checkpoint) / STATE.format(rank=self.accelerator.process_index)
        state = torch.load(path, map_location=self.accelerator.device, weights_only=True)
        self._step, self._buffered_inputs = state["step"], state["buffered"]
        self.objective.load(state["objective"])
        self.odds.load(state["odds"])
        if self.replay is not None and state["replay"] is not None:
            self.replay.load(state["replay"])
        self.trajectory.cut(state["trajectory"])
