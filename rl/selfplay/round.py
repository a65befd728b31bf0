"""One round: seeds, conjectures, filters, proofs, selection, training, evaluation. Each stage a folder of files.

STP (arXiv 2502.00212) with SGS's guide. docs/selfplay.md shows the stages and their files.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from prover.bench.statistics import wilson
from rl.data.decontaminate import Decontaminator
from rl.data.files import Journal, Record, read_json, read_lines, write_json, write_lines
from rl.data.rows import Completion
from rl.selfplay.config import Config
from rl.selfplay.filters import Gate, capped
from rl.selfplay.gauges import Gauges, gauge
from rl.selfplay.players import Draw, MakePlayers, Pair, seed_of
from rl.selfplay.proving import Proving
from rl.selfplay.records import (
    Decision,
    EnvironmentText,
    Known,
    Origin,
    Proposal,
    Refusal,
    Seed,
    Statement,
    Trial,
    by_key,
    said_as,
)
from rl.selfplay.rows import RowMaker, buffered
from rl.selfplay.seeds import choose_seeds, to_prove
from rl.selfplay.select import Judged, prover_rows, select
from rl.selfplay.stages import Stages, tree_sha256
from rl.selfplay.training import Job, Trainer
from rl.selfplay.world import World

SEEDS, CONJECTURES, FILTERS = "1-seeds", "2-conjectures", "3-filters"
PROOFS, SELECTION, TRAINING, EVALUATION = "4-proofs", "5-selection", "6-training", "7-evaluation"
THEORY = "theory"
STAGES = (SEEDS, CONJECTURES, FILTERS, PROOFS, SELECTION, TRAINING, EVALUATION)
TRIALS = ".trials.jsonl"
"""The journal of a stage that proves."""
_Model = TypeVar("_Model", bound=BaseModel)


class Checkpoint(Record):
    """Where a training's result is, relative to its folder, and what is in it."""

    path: str
    sha256: str


class Score(Record):
    """The held-out statements after a round: attempts at each with fixed draws. `solved`: those with a proof; the
    interval is Wilson's, 95 %, of `solved` over those that were answered at all."""

    round: int
    statements: int
    answered: int
    solved: int
    low: float
    high: float
    attempts: int
    attempts_lost: int

    @property
    def rate(self) -> float | None:
        return self.solved / self.answered if self.answered else None


@dataclass(frozen=True)
class Setting:
    """What all rounds of a run share. `theory`: the folder of the theory stage. `threads`: of the proving stage."""

    config: Config
    world: World
    against: Decontaminator
    make_players: MakePlayers
    train: Trainer
    theory: Path
    lean: str
    threads: int = 1
    say: Callable[[str], None] = lambda text: None

    @cached_property
    def environments(self) -> dict[str, EnvironmentText]:
        found = read_lines(self.theory / "environments.jsonl", EnvironmentText)
        return {each.id: each for each in found}


@dataclass
class Round:
    """The round `number` in `folder`; `before`: the earlier rounds, oldest first."""

    setting: Setting
    number: int
    folder: Path
    before: tuple[Round, ...] = ()
    _players: Pair | None = None

    def run(self) -> Gauges:
        """Every stage that is not done. Raises UserError, LimitHit("cancelled"), and whatever a trainer raises."""
        stages = Stages(self.folder, self.setting.config.digest, lambda name: self._say(name))
        try:
            stages.run(SEEDS, {"known": self._known_before}, self._seeds)
            seeds = {"seeds": self.path(SEEDS, "seeds.jsonl")}
            earlier = {f"decisions {each.number}": each.path(FILTERS, "decisions.jsonl") for each in self.before}
            stages.run(CONJECTURES, self._with_checkpoint({**seeds, **earlier}), self._conjectures)
            proposals = {"proposals": self.path(CONJECTURES, "proposals.jsonl")}
            stages.run(FILTERS, {**proposals, **earlier, "contamination": self._index}, self._filters)
            decisions = {"decisions": self.path(FILTERS, "decisions.jsonl"), "known": self._known_before}
            stages.run(PROOFS, self._with_checkpoint(decisions), self._proofs)
            trials = {name: self.path(PROOFS, f"{name}.jsonl") for name in ("trials", "statements")}
            buffer = {f"rows {each.number}": each.path(SELECTION, "own.jsonl") for each in self._buffer()}
            stages.run(SELECTION, {**decisions, **trials, **buffer}, self._selection)
            rows = {name: self.path(SELECTION, f"{name}.jsonl") for name in ("conjecturer", "prover")}
            self._close()  # A training may need the memory that the players hold.
            stages.run(TRAINING, self._with_checkpoint({**rows, **trials}), self._training)
            if self.has_evaluation:
                held = {"held out": self.setting.theory / "held_out.jsonl"}
                trained = {"checkpoint": self.path(TRAINING, "checkpoint.json")}
                stages.run(EVALUATION, {**held, **trained}, self._evaluation)
        finally:
            self._close()
        return self.gauges

    # ---- Where things are --------------------------------------------------------------------------------------------

    def path(self, stage: str, name: str) -> Path:
        return self.folder / stage / name

    @property
    def _index(self) -> Path:
        return self.setting.theory / "evaluation_index.json"

    @property
    def _known_before(self) -> Path:
        return self.before[-1].path(SELECTION, "known.jsonl") if self.before else self.setting.theory / "known.jsonl"

    def _buffer(self) -> tuple[Round, ...]:
        """Earlier rounds whose rows are trained on again."""
        size = self.setting.config.prover_rows.buffer - 1
        return self.before[-size:] if size else ()

    @property
    def has_evaluation(self) -> bool:
        evaluation = self.setting.config.evaluation
        return bool(evaluation.files) and (self.number + 1) % evaluation.every == 0

    @property
    def checkpoint(self) -> Path:
        """What this round's training wrote."""
        known = Checkpoint.model_validate(read_json(self.path(TRAINING, "checkpoint.json")))
        return self.folder / TRAINING / known.path

    @property
    def gauges(self) -> Gauges:
        return Gauges.model_validate(read_json(self.path(SELECTION, "gauges.json")))

    @property
    def score(self) -> Score | None:
        path = self.path(EVALUATION, "score.json")
        return Score.model_validate(read_json(path)) if path.exists() else None

    def _with_checkpoint(self, inputs: dict[str, Path]) -> dict[str, Path]:
        """The inputs of a stage in which players play."""
        if self.before:
            inputs = {**inputs, "checkpoint": self.before[-1].path(TRAINING, "checkpoint.json")}
        return inputs

    def _read(self, stage: str, name: str, kind: type[_Model]) -> list[_Model]:
        return read_lines(self.path(stage, name), kind)

    def _all_seeds(self) -> dict[str, Seed]:
        """Those of this round and of the earlier ones, by id."""
        rounds = (*self.before, self)
        return {seed.id: seed for each in rounds for seed in each._read(SEEDS, "seeds.jsonl", Seed)}

    def _say(self, text: str) -> None:
        self.setting.say(f"round {self.number}: {text}")

    # ---- Players -----------------------------------------------------------------------------------------------------

    @property
    def players(self) -> Pair:
        """Those of the last checkpoint, opened when the first stage needs them."""
        if self._players is None:
            self._players = self.setting.make_players(self.before[-1].checkpoint if self.before else None)
        return self._players

    def _close(self) -> None:
        if self._players is not None:
            self._players.close()
            self._players = None

    # ---- Stages ------------------------------------------------------------------------------------------------------

    def _seeds(self, folder: Path) -> None:
        config, world = self.setting.config, self.setting.world
        known = read_lines(self._known_before, Known)
        seeds: list[Seed] = []
        if config.conjectures.enabled:
            seeds = choose_seeds(known, config.seeds, config.seed, self.number, world.lemma_statement, self._place)
        self._say(f"  {len(seeds)} seeds with {len({seed.lemma for seed in seeds if seed.lemma})} lemmas")
        write_lines(folder / "seeds.jsonl", seeds)

    def _place(self, statement: Statement) -> str:
        """The end of the theorem's file, if the theorem says the same there; else where it stands."""
        own = self.setting.environments[statement.environment]
        ends = (each for each in self.setting.environments.values() if each.end and each.file_sha256 == own.file_sha256)
        for end in ends:
            found = self.setting.world.state(end.id, statement.statement, f"at_end_{statement.strict_key[:8]}")
            if not isinstance(found, str) and found.strict_key == statement.strict_key:
                return end.id
        return own.id

    def _conjectures(self, folder: Path) -> None:
        config = self.setting.config
        seeds = self._read(SEEDS, "seeds.jsonl", Seed)
        batch, found = config.conjectures.batch, list[Proposal]()
        places = {seed_id: seed.environment for seed_id, seed in self._all_seeds().items()}
        said = {
            said_as(places[decision.proposal.seed], decision.proposal.statement)
            for each in self.before
            for decision in each._read(FILTERS, "decisions.jsonl", Decision)
            if decision.refusal is not Refusal.LOST
        }
        for number, start in enumerate(range(0, len(seeds), batch)):
            draw = Draw(number, seed_of(config.seed, self.number, "conjecture", number))
            found += self.players.conjecturer.conjecture(
                seeds[start : start + batch], config.conjectures.per_seed, draw, said
            )
            said |= {said_as(places[proposal.seed], proposal.statement) for proposal in found}
        random.Random(seed_of(config.seed, self.number, "order")).shuffle(found)
        self._say(f"  {len(found)} proposals")
        write_lines(folder / "proposals.jsonl", found)

    def _filters(self, folder: Path) -> None:
        setting = self.setting
        known = read_lines(self._known_before, Known)
        gate = Gate(
            setting.world,
            setting.config.filters,
            setting.against,
            self._all_seeds(),
            {key for each in known for key in (each.statement.strict_key, each.statement.key)},
        )
        for each in self.before:
            for decision in each._read(FILTERS, "decisions.jsonl", Decision):
                gate.remember(decision)
        journal = Journal(folder / ".decisions.jsonl")
        made = journal.read(Decision)
        for decision in made:
            gate.remember(decision)
        proposals = self._read(CONJECTURES, "proposals.jsonl", Proposal)
        for proposal in proposals[len(made) :]:
            made.append(gate.decide(proposal))
            journal.append(made[-1])
        at_most = setting.config.conjectures.at_most or max(1, len(known))
        made = capped(made, at_most, lambda each: seed_of(setting.config.seed, self.number, "cap", _strict(each)))
        kept = sum(each.statement is not None for each in made)
        lost = sum(each.refusal is Refusal.LOST for each in made)
        self._say(f"  {kept} of {len(made)} conjectures kept" + (f", {lost} lost by the machinery" if lost else ""))
        write_lines(folder / "decisions.jsonl", made)

    def _proofs(self, folder: Path) -> None:
        config = self.setting.config
        decisions = self._read(FILTERS, "decisions.jsonl", Decision)
        conjectures = [each.statement for each in decisions if each.statement is not None]
        known = read_lines(self._known_before, Known)
        statements = to_prove(known, conjectures, config.prove, config.seed, self.number)
        write_lines(folder / "statements.jsonl", statements)  # First: whoever watches sees how many there are.
        journal = Journal(folder / TRIALS)
        trials = self._proving(self.number, config.prove.samples_of(self.number)).trials(statements, journal)
        write_lines(folder / "trials.jsonl", trials)

    def _proving(self, number: int | None, samples: int, players: Pair | None = None) -> Proving:
        setting = self.setting
        return Proving(
            setting.world,
            (players or self.players).prover,
            setting.config.seed,
            number,
            samples,
            setting.config.prove.retries,
            setting.threads,
            self._say,
        )

    def _selection(self, folder: Path) -> None:
        setting, config = self.setting, self.setting.config
        seeds = {seed.id: seed for seed in self._read(SEEDS, "seeds.jsonl", Seed)}
        decisions = self._read(FILTERS, "decisions.jsonl", Decision)
        statements = by_key(self._read(PROOFS, "statements.jsonl", Statement))
        trials = self._read(PROOFS, "trials.jsonl", Trial)
        known = updated(read_lines(self._known_before, Known), trials)
        by_theorem = {each.statement.strict_key: each.statement for each in known}
        judged = [
            Judged(statement, trial, seeds[statement.seed], by_theorem[seeds[statement.seed].theorem].shape)
            for trial in trials
            if (statement := statements[trial.strict_key]).origin is Origin.CONJECTURE
        ]
        dataset = [each for each in known if each.statement.origin is Origin.DATASET]
        unsolved = [each.statement for each in dataset if not each.solved]
        selected = select(judged, unsolved, config.select, config.guide)
        weighted = prover_rows(trials, statements, config.prover_rows)
        maker = RowMaker(self.number, setting.environments, setting.lean)
        own = maker.completions(weighted)
        earlier = [each._read(SELECTION, "own.jsonl", Completion) for each in reversed(self._buffer())]
        proposals = {_strict(each): each.proposal for each in decisions if each.statement is not None}
        write_lines(folder / "selected.jsonl", selected)
        write_lines(folder / "conjecturer.jsonl", maker.conjectures(selected, statements, seeds, proposals))
        write_lines(folder / "own.jsonl", own)
        write_lines(folder / "prover.jsonl", buffered(own, earlier))
        write_lines(folder / "known.jsonl", known)
        solved = (len(dataset), len(dataset) - len(unsolved))
        numbers = gauge(
            self.number,
            list(seeds.values()),
            decisions,
            trials,
            list(statements.values()),
            selected,
            len(own),
            solved,
            config.guide,
        )
        write_json(folder / "gauges.json", numbers)
        self._say(f"  {len(selected)} rows for the conjecturer, {len(own)} for the prover; {solved[1]} of {solved[0]}")

    def _training(self, folder: Path) -> None:
        job = Job(
            round=self.number,
            conjecturer=self.path(SELECTION, "conjecturer.jsonl"),
            prover=self.path(SELECTION, "prover.jsonl"),
            decisions=self.path(FILTERS, "decisions.jsonl"),
            trials=self.path(PROOFS, "trials.jsonl"),
            previous=self.before[-1].checkpoint if self.before else None,
            out=folder,
            seed=seed_of(self.setting.config.seed, self.number, "train"),
        )
        path = self.setting.train(job)
        known = Checkpoint(path=path.relative_to(folder).as_posix(), sha256=tree_sha256(path))
        write_json(folder / "checkpoint.json", known)

    def _evaluation(self, folder: Path) -> None:
        held = read_lines(self.setting.theory / "held_out.jsonl", Statement)
        players = self.setting.make_players(self.checkpoint)
        journal = Journal(folder / TRIALS)
        try:
            trials = self._proving(None, self.setting.config.evaluation.samples, players).trials(held, journal)
        finally:
            players.close()
        score = scored(self.number, trials)
        write_lines(folder / "trials.jsonl", trials)
        write_json(folder / "score.json", score)
        self._say(f"  {score.solved} of {score.answered} held-out statements proved")


def updated(known: Sequence[Known], trials: Sequence[Trial]) -> list[Known]:
    """What is known after the trials: the newest rate, the shortest proof so far. A trial whose attempts were all lost
    changes nothing."""
    by_trial = {trial.strict_key: trial for trial in trials}
    found: list[Known] = []
    for each in known:
        trial = by_trial.get(each.statement.strict_key)
        if trial is None or trial.rate is None:
            found.append(each)
            continue
        change: dict[str, object] = {"rate": trial.rate, "trials": each.trials + 1}
        best = min(trial.proofs, key=lambda proof: (len(proof.text), proof.text), default=None)
        if best is not None and (not each.solved or len(best.proof) <= len(each.proof)):
            change |= {"proof": best.proof, "lemmas": best.lemmas, "uses": best.uses}
        found.append(each.model_copy(update=change))
    return found


def scored(number: int, trials: Sequence[Trial]) -> Score:
    """Held-out statements that no attempt was answered of are in no rate."""
    answered = [trial for trial in trials if trial.rate is not None]
    solved = sum(trial.successes > 0 for trial in answered)
    interval = wilson(solved, len(answered))
    return Score(
        round=number,
        statements=len(trials),
        answered=len(answered),
        solved=solved,
        low=interval.low,
        high=interval.high,
        attempts=sum(len(trial.attempts) for trial in trials),
        attempts_lost=sum(attempt.success is None for trial in trials for attempt in trial.attempts),
    )


def _strict(decision: Decision) -> str:
    return decision.statement.strict_key if decision.statement is not None else ""
