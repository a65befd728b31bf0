"""The trainer of a language model in self-play: a round's rows in, a checkpoint out.

Supervised learning on the rows of both players first, in proportion to their weights; then, where the settings say so,
group-relative policy optimisation whose reward is the trusted check. Goedel-Code-Prover's hybrid (arXiv 2603.19329) and
STP's expert iteration (arXiv 2502.00212) are the two ends of it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lean_project.errors import UserError
from rl.data.files import iterate_lines, read_lines
from rl.data.rows import Completion, Conjectured, Row, read_rows
from rl.run.config import TrainConfig
from rl.run.launch import Launcher
from rl.run.probing import Probing
from rl.run.prompts import family_for, pairs_of, resampled
from rl.run.reinforce import Improving, worth_while
from rl.run.updates import SUPERVISED, path_of
from rl.run.validation import Validation
from rl.selfplay.records import Statement, Trial
from rl.selfplay.round import TRAINING
from rl.selfplay.training import Job
from rl.sft import Pair, SftSettings, train_sft

CHECKPOINT = "checkpoint"
Say = Callable[[str], None]


@dataclass(frozen=True)
class LanguageTrainer:
    """`rl.selfplay.training.Trainer`. `improve`: the reinforcement step, None for none. `validation`: whether a
    checkpoint takes the place of the last one, None: always. `first`: the checkpoint that the first round goes on from.
    `base`: the weights that a restart begins with; `start`: the file of the start's rows.
    `board`: the folder of TensorBoard's files. `probing`: the contamination probe, None for none. `launcher`: for
    supervised learning in several processes, None for this one.
    """

    config: TrainConfig
    improve: Improving | None = None
    validation: Validation | None = None
    first: Path | None = None
    base: Path | None = None
    start: Path | None = None
    say: Say = lambda _: None
    board: Path | None = None
    probing: Probing | None = None
    launcher: Launcher | None = None

    def __call__(self, job: Job) -> Path:
        """Raises UserError when there is no checkpoint to go on from."""
        previous = job.previous or self.first
        if previous is None:
            raise UserError("The model has no checkpoint to go on from: `gentzen train` makes the first one.")
        settings = self.config.supervised
        rows: list[Row] = [*iterate_lines(job.prover, Completion), *iterate_lines(job.conjecturer, Conjectured)]
        known = read_rows(self.start) if settings.start_rows and self.start is not None else []
        begin = self.base if settings.restart and self.base is not None else previous
        supervised = job.out / "supervised"
        self.supervise([*known, *rows], supervised, begin, job.seed)
        result = supervised
        if self.improve is not None and self.config.reinforce.updates:
            trials = read_lines(job.trials, Trial)
            statements = read_lines(job.trials.with_name("statements.jsonl"), Statement)
            chosen = worth_while(statements, trials, self.config.reinforce.statements)
            if chosen:
                result = self.improve(supervised, job.out / "reinforced", chosen, rows, job.seed)
            else:
                self.say("  reinforcement: no statement that a rollout could tell something about")
        final = self._final(result, previous, job.out / CHECKPOINT)
        if self.validation is not None and not self.validation.decide(previous, final, job.out).promoted:
            shutil.rmtree(final)
            shutil.copytree(previous, final)
        if self.probing is not None:
            self.probing(final, rows, job.out, job.seed)
        return final

    def begin(self, rows: Sequence[Row], out: Path, seed: int) -> Path:
        """A checkpoint with random weights, whose tokenizer is learned from the rows. It continues texts and knows no
        chat: its prompts are those of the family `raw`."""
        from rl.models import new_model, save, train_tokenizer

        sizes = self.config.model.sizes
        pairs, _ = pairs_of(rows, family_for(None, CHECKPOINT), None)
        if not pairs:
            raise UserError(
                "There is nothing to make a tokenizer and a first model from: the start has no rows. Add row files or "
                "rule rounds (start.rows, start.rule_rounds), or begin with a checkpoint (model.path)."
            )
        tokenizer = train_tokenizer([pair.prompt + pair.completion for pair in pairs], sizes.vocabulary, chat=False)
        return save(new_model(sizes.config, tokenizer, seed=seed % (1 << 31)), tokenizer, out, config=sizes.config)

    def supervise(self, rows: Sequence[Row], out: Path, start: Path, seed: int) -> Path:
        """Fine-tune the checkpoint `start` on the rows, into `out`. Without rows that the model can learn from, `out`
        is a copy of it."""
        from rl.models import load

        settings = self.config.supervised
        model, tokenizer = load(start)
        context = getattr(model.config, "max_position_embeddings", None)
        pairs, weights = pairs_of(rows, family_for(tokenizer, start.name), tokenizer)
        fits = [_fits(pair, tokenizer, context) for pair in pairs]
        kept = [pair for pair, fit in zip(pairs, fits, strict=True) if fit]
        chances = [weight for weight, fit in zip(weights, fits, strict=True) if fit]
        drawn = resampled(kept, chances, settings.rows or len(kept), seed)
        self.say(f"  supervised: {len(drawn)} pairs; {len(rows)} rows, {len(pairs) - len(kept)} too long")
        if not drawn:
            shutil.copytree(start, out, dirs_exist_ok=True)
            return out
        chosen = SftSettings(
            epochs=settings.epochs,
            batch=settings.batch,
            learning_rate=settings.learning_rate,
            seed=seed % (1 << 31),
        )
        if self.launcher is not None:
            found = self.launcher.supervise(drawn, out, start, chosen)
        else:
            found = train_sft(drawn, out, start, chosen, callbacks=[updates(out.parent, SUPERVISED, self.board)])
        self.say(f"  loss {found.losses[0]:.2f} to {found.losses[-1]:.2f} in {len(found.losses)} steps")
        return found.folder

    def _final(self, result: Path, previous: Path, out: Path) -> Path:
        """The checkpoint that plays: the result, or its mean with the last ones (an exponential one, whose weight on
        the newest is 1 / `model.average`)."""
        shutil.rmtree(out, ignore_errors=True)
        if self.config.model.average > 1:
            from rl.averaging import average

            return average([result, previous], out, [1.0, self.config.model.average - 1.0])
        shutil.copytree(result, out)
        return out


def updates(stage: Path, name: str, board: Path | None) -> Any:
    """The callback of transformers' trainers that keeps the updates of the training `name` of a stage."""
    from rl.run.callback import Updates

    place = stage.parent.name if stage.name == TRAINING else stage.name
    return Updates(path_of(stage, name), None if board is None else board / place / name)


def _fits(pair: Pair, tokenizer: Any, context: int | None) -> bool:
    """Whether the context has room for the pair and the end of text."""
    return context is None or len(tokenizer(pair.prompt + pair.completion)["input_ids"]) < context
