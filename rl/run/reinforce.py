"""Reinforcement on a round's own statements: proofs rewarded by the trusted check, sketches by their score."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from decompose.context import goal_context
from decompose.splitters import splits
from lean_project.errors import LimitHit, MachineryError, UserError
from lean_project.session import Session
from prover.engine import LeanDomain
from prover.gate import gate_for
from prover.policy.prompts import render
from prover.policy.requests import Complete, Decompose, Role, Sampling
from prover.policy.views import view_of
from prover.portfolio import Portfolio
from rl.data.rows import Completion, Row
from rl.judge import LeanJudge, RewardFunction, Task
from rl.run import processes
from rl.run.config import Reinforce, SketchReward
from rl.run.prompts import family_for, pair_of, text_of
from rl.selfplay.lean_world import LeanWorld
from rl.selfplay.records import Statement, Trial

Say = Callable[[str], None]
Improving = Callable[[Path, Path, Sequence[Statement], Sequence[Row], int], Path]
"""From a checkpoint, a folder to write to, statements to draw rollouts for, rows to replay and a seed to a checkpoint;
the one that was given where no statement can be stated any more."""
CLOSING = 8
"""Finishing moves that are tried on each subgoal, for an objective that reads which are closed."""


def worth_while(statements: Sequence[Statement], trials: Sequence[Trial], most: int) -> list[Statement]:
    """The statements to draw rollouts for: those that are proved now and then, the ones nearest to even odds first (a
    group of them is the likeliest to be mixed), then those that never were. What was always proved teaches nothing."""
    rates = {trial.strict_key: trial.rate for trial in trials}
    known = [(rates.get(each.strict_key), each) for each in statements]
    mixed = sorted(
        ((rate, each) for rate, each in known if rate is not None and 0 < rate < 1),
        key=lambda pair: (abs(pair[0] - 0.5), pair[1].strict_key),
    )
    unsolved = sorted((each for rate, each in known if rate == 0), key=lambda each: each.strict_key)
    return [*(each for _, each in mixed), *unsolved][:most]


@dataclass(frozen=True)
class Improve:
    """Group-relative policy optimisation of a checkpoint (`rl.trainer.PolicyTrainer`) over a Lean session.

    `arguments`: more of TRL's own arguments (`rl.run.config.Vllm`). `callbacks`: those of transformers' for a training
    in the folder of a stage.
    """

    settings: Reinforce
    world: LeanWorld
    session: Session
    say: Say = lambda _: None
    arguments: Mapping[str, Any] = field(default_factory=dict)
    callbacks: Callable[[Path], list[Any]] = lambda stage: []

    def __call__(self, start: Path, out: Path, statements: Sequence[Statement], rows: Sequence[Row], seed: int) -> Path:
        """As `Improving`. An interrupted training goes on where it was; in several processes (`rl.run.launch`) each
        works on the statements that all of them could state."""
        with self.tasks(statements) as tasks:
            known = {key: tasks[key] for key in processes.agreed(tasks)}
            if not known:
                self.say("  reinforcement: none of its statements can be stated")
                return start
            return self.train(start, out, known, rows, seed)

    @contextmanager
    def tasks(self, statements: Sequence[Statement]) -> Iterator[dict[str, Task]]:
        """By strict key. What cannot be stated any more, or not now, is left out."""
        found: dict[str, Task] = {}
        with ExitStack() as stack:
            for statement in statements:
                try:
                    spec = self.world.spec(statement)
                except (UserError, LimitHit, MachineryError):
                    continue
                domain = stack.enter_context(
                    LeanDomain(spec, self.session, proposer=Portfolio(), splitter=splits, tester=None)
                )
                goal = domain.root(spec.targets[-1])
                if not isinstance(goal, str):
                    found[statement.strict_key] = Task(domain, spec.targets[-1], goal, gate_for(spec, self.session))
            yield found

    def train(self, start: Path, out: Path, tasks: dict[str, Task], rows: Sequence[Row], seed: int) -> Path:
        """All updates on the tasks; goes on where an interrupted training was. The checkpoint, in `out`."""
        from rl.learner import latest_checkpoint
        from rl.models import dataset, load, quiet, save, save_trained

        model, tokenizer = load(start)
        asked = self._asked(tasks, tokenizer, start)
        folder = out / "training"
        judge = self.judge(tasks, family_for(tokenizer, start.name).stop)
        self.say(f"  reinforcement: {self.settings.updates} updates on {len(asked)} statements")

        def make(rows_: Sequence[Mapping[str, Any]], reward: Any, **options: Any) -> Any:
            replay = self._replay(rows, tokenizer, start, seed)
            arguments = self._arguments(folder, seed)
            options["callbacks"] = self.callbacks(out.parent)
            made = self._trainer(model, reward, arguments, replay, dataset(rows_), tokenizer, **options)
            quiet(made)
            return made

        if self.settings.staleness is None:
            ends = frozenset([tokenizer.eos_token_id, tokenizer.pad_token_id])
            reward = RewardFunction(judge, cut=lambda ids: len(ids) > 0 and ids[-1] not in ends)
            last = latest_checkpoint(folder, processes.count())
            trainer = make(asked, reward)
            trainer.train(resume_from_checkpoint=str(last) if last is not None else None)
            made = save_trained(trainer, tokenizer, out / "checkpoint")
        else:
            self._stream(start, folder, judge, asked, make, seed)
            made = save(model, tokenizer, out / "checkpoint")
        self.say(f"  rollouts: {judge.told()}")
        if processes.rank() == 0:
            shutil.rmtree(folder, ignore_errors=True)
        return made

    def _stream(
        self,
        start: Path,
        folder: Path,
        judge: LeanJudge,
        asked: Sequence[Mapping[str, Any]],
        make: Callable[..., Any],
        seed: int,
    ) -> None:
        """The updates with generation, Lean and the trainer at work at the same time (`rl.stream`)."""
        from rl.stream.language import (
            CheckpointGenerator,
            Epochs,
            LeanGrader,
            TrainerLearner,
            rows_in_order,
            weights_of,
        )
        from rl.stream.pipeline import Stream, StreamSettings
        from rl.stream.store import RowStore

        settings, staleness = self.settings, self.settings.staleness
        assert staleness is not None
        prompter = Epochs(asked, settings.prompts, seed)
        ordered = rows_in_order(prompter, settings.updates)
        learner = TrainerLearner(
            lambda rollout, reward: make(ordered, reward, rollout_func=rollout, most_stale=staleness), folder
        )
        generator = CheckpointGenerator(weights_of(start, folder), settings.completion_tokens, settings.temperature)
        chosen = StreamSettings(settings.updates, settings.rollouts, staleness, self.session.workers, seed=seed)
        try:
            with RowStore(folder / "rollouts.db") as store:
                Stream(store, prompter, generator, LeanGrader(judge), learner, chosen).run()
            learner.finish()
        finally:
            learner.close()

    def _asked(self, tasks: dict[str, Task], tokenizer: Any, start: Path) -> list[dict[str, Any]]:
        """The rows that rollouts are drawn for."""
        family = family_for(tokenizer, start.name)
        data = []
        for key, task in tasks.items():
            text = task.goal.payload.text
            view = view_of(task.domain.spec, task.target, text, goal_context(task.domain.spec, task.target, text))
            for role in self.settings.roles:
                asked = Decompose if role is Role.DECOMPOSE else Complete
                prompt = text_of(render(asked(view=view, sampling=Sampling()), family), tokenizer)
                goal = key if role is Role.COMPLETE else f"{key} {role}"  # odds of a sketch are not those of a proof
                data.append({"prompt": prompt, "task": key, "role": str(role), "goal": goal})
        return data

    def judge(self, tasks: dict[str, Task], stops: Sequence[str] = ()) -> LeanJudge:
        """With what the objective reads of a grade beside its reward. `stops`: where answers end (`Family.stop`)."""
        from rl.objectives import objective

        chosen = objective(self.settings.objective, **self.settings.options)
        return LeanJudge(
            tasks,
            steps=chosen.wants_steps,
            closing=CLOSING if chosen.wants_closed else 0,
            outcome=self.settings.finishing if self.settings.sketch_reward is SketchReward.OUTCOME else None,
            stops=stops,
        )

    def _arguments(self, folder: Path, seed: int) -> Any:
        from rl.learner import training_arguments

        settings = self.settings
        kept = {"save_strategy": "steps", "save_steps": max(1, settings.updates // 4), "save_total_limit": 1}
        if settings.staleness is not None:
            from rl.stream.language import saving

            kept = saving(settings.staleness)
        return training_arguments(
            folder,
            max_steps=settings.updates,
            per_device_train_batch_size=processes.share(settings.prompts, "reinforce.prompts") * settings.rollouts,
            num_generations=settings.rollouts,
            max_completion_length=settings.completion_tokens,
            learning_rate=settings.learning_rate,
            temperature=settings.temperature,
            loss_type=settings.loss,
            seed=seed % (1 << 31),
            **kept,
            **self.arguments,
        )

    def _replay(self, rows: Sequence[Row], tokenizer: Any, start: Path, seed: int) -> Any:
        from rl.replay import Replay, Verified

        family, replay = family_for(tokenizer, start.name), Replay(seed=seed + processes.rank())
        for row in rows:
            pair = pair_of(row, family, tokenizer) if isinstance(row, Completion) else None
            if pair is not None:
                own = bool(row.provenance.weights)
                replay.add(Verified(row.theorem.strict_key, pair.prompt, pair.completion, own))
        return replay if len(replay) else None

    def _trainer(
        self,
        model: Any,
        reward: Any,
        arguments: Any,
        replay: Any,
        rows: Any,
        tokenizer: Any,
        *,
        most_stale: int | None = None,
        rollout_func: Any = None,
        callbacks: Sequence[Any] = (),
    ) -> Any:
        from rl.learner import LearnerSettings
        from rl.objectives import objective
        from rl.trainer import PolicyTrainer

        settings = self.settings
        chosen = LearnerSettings(
            replay_weight=settings.replay_weight, resamples=settings.resamples, most_stale=most_stale
        )
        return PolicyTrainer(
            model,
            reward,
            arguments,
            objective=objective(settings.objective, **settings.options),
            settings=chosen,
            replay=replay,
            train_dataset=rows,
            processing_class=tokenizer,
            rollout_func=rollout_func,
            callbacks=list(callbacks),
        )
