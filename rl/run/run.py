"""A whole training: the start, its evaluation, rounds of self-play, the report. Resumed at every stage."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial, reduce
from pathlib import Path

from lean_project import environ
from lean_project.session import Session
from rl.data.decontaminate import Index, build_index
from rl.data.files import Journal, dump, iterate_lines, read_json, read_lines, sha256, write_json, write_lines
from rl.data.rows import Completion, Row, read_rows
from rl.run.board import FOLDER as BOARD
from rl.run.board import RoundCurves, available, scalars
from rl.run.config import TrainConfig
from rl.run.language import CHECKPOINT, LanguageTrainer, updates
from rl.run.launch import LaunchedImprove, Launcher
from rl.run.probing import Probing
from rl.run.progress import BASELINE, RULES, START
from rl.run.reinforce import Improve, Improving
from rl.run.updates import REINFORCED, SUPERVISED, path_of, read_updates
from rl.run.validation import Validation
from rl.selfplay.config import Config, Players, PlayersKind, ProverRows
from rl.selfplay.gauges import Gauges
from rl.selfplay.lean_world import LeanWorld
from rl.selfplay.opening import make_players
from rl.selfplay.players import seed_of
from rl.selfplay.proving import Proving
from rl.selfplay.records import Decision, EnvironmentText, Seed, Trial
from rl.selfplay.round import EVALUATION, FILTERS, PROOFS, SEEDS, SELECTION, TRAINING, TRIALS, Score, scored
from rl.selfplay.rows import RowMaker
from rl.selfplay.run import Run, Summary, with_held_out
from rl.selfplay.stages import Stages
from rl.selfplay.tables import train as count
from rl.selfplay.world import Theory

Say = Callable[[str], None]
FIRST, ROWS = "first", "rows.jsonl"
UNTRAINED = -1
"""The round that the start's score counts as."""


_LATER = frozenset({"roles", "sketch_reward", "finishing"})
"""Settings of reinforcement that came later; runs from before there were any go on."""


def digest(config: TrainConfig) -> str:
    """Of all that decides results."""
    said = config.model_dump(mode="json", exclude={"selfplay", "machine", "probe", "vllm", "launch"})
    said["model"].pop("path")
    said["start"].pop("rows")
    said["promotion"].pop("files")
    for name, field in type(config.reinforce).model_fields.items():
        if name in _LATER and getattr(config.reinforce, name) == field.default:
            del said["reinforce"][name]
    return sha256(config.selfplay.digest + dump(said))


@dataclass(frozen=True)
class Training:
    """One run of `gentzen train` over a session, which is the caller's. `run` may be called again after anything.
    `ray`: the address of the cluster that the session is over, None for this machine."""

    config: TrainConfig
    session: Session
    say: Say = lambda text: print(text, file=sys.stderr, flush=True)
    ray: str | None = None

    def run(self) -> Summary:
        """Raises UserError (settings, files, another run in the folder) and LimitHit("cancelled")."""
        play = self.config.selfplay
        world = LeanWorld(self.session, play.files, play.evaluation.files, play.filters)
        stages = Stages(play.out, digest(self.config), self.say)
        given = {f"rows {path.name}": path for path in self.config.start.rows}
        given |= {f"validation {path.name}": path for path in self.config.promotion.files}
        if self.config.model.path is not None:
            given["model"] = self.config.model.path / "config.json"
        opening = stages.run(START, given, partial(self._start, world))
        start = opening / CHECKPOINT
        board = self._board
        launcher = self._launcher(board)
        improve = self._improve(world, launcher, board)
        config = play.model_copy(
            update={
                "players": Players(kind=PlayersKind.POLICY, policy=str(start)),
                # Its digest is that of the rounds, so it must say how the model is trained.
                "train": f"rl.run.language:LanguageTrainer {digest(self.config)}",
            }
        )
        validation = None
        if self.config.promotion.files:
            validation = Validation(self.config.promotion, config, self.session, self.say)
        probing = None
        if self.config.probe.files:
            probing = Probing(self.config.probe, config, self.session, start, self.say)
        base, known = self.config.model.path or opening / FIRST, opening / ROWS
        trainer = LanguageTrainer(
            self.config, improve, validation, start, base, known, self.say, board, probing, launcher
        )
        if play.evaluation.files:
            weights = {"weights": _weights(start)}
            stages.run(BASELINE, weights, partial(self._baseline, world, config))
        curves = RoundCurves(play.out)
        try:
            curves.write(figures(play.out))
            return self._rounds(
                world,
                config,
                play.out,
                trainer,
                [each.theory for each in (validation, probing) if each is not None],
                lambda: curves.write(figures(play.out)),
                known,
            ).run()
        finally:
            curves.close()

    def _launcher(self, board: Path | None) -> Launcher | None:
        return None if self.config.launch is None else Launcher(self.config.launch, board, self.say)

    def _improve(self, world: LeanWorld, launcher: Launcher | None, board: Path | None) -> Improving:
        settings = self.config.reinforce
        arguments = {} if self.config.vllm is None else self.config.vllm.arguments
        if launcher is None:
            return Improve(
                settings,
                world,
                self.session,
                self.say,
                arguments,
                callbacks=lambda stage: [updates(stage, REINFORCED, board)],
            )
        return LaunchedImprove(settings, launcher, world.known, self.config.selfplay.lean, self.ray, arguments)

    @property
    def _board(self) -> Path | None:
        if available():
            return self.config.selfplay.out / BOARD
        self.say("There will be no curves for TensorBoard: it is not installed (pip install 'gentzen[train]').")
        return None

    def _rounds(
        self,
        world: LeanWorld,
        config: Config,
        out: Path,
        trainer: Callable[..., Path],
        kept_out: Sequence[Theory] = (),
        after_round: Callable[[], None] = lambda: None,
        proofs: Path | None = None,
    ) -> Run:
        config = config.model_copy(update={"out": out})

        def index() -> Index:
            made = build_index(
                config.benchmarks,
                self.session,
                overlap=config.overlap,
                folder=environ.home() / "decontamination",
                say=self.say,
            )
            return reduce(with_held_out, kept_out, made)

        return Run(
            config=config,
            world=world,
            make_index=index,
            make_players=partial(make_players, config, world, self.session),
            train=trainer,
            lean=self.session.info.lean_version,
            threads=self.session.workers,
            say=self.say,
            after_round=after_round,
            proofs=proofs,
        )

    # ---- The start ---------------------------------------------------------------------------------------------------

    def _start(self, world: LeanWorld, folder: Path) -> None:
        """Rows, a first checkpoint, and supervised learning on the rows."""
        config, seed = self.config, seed_of(self.config.selfplay.seed, "start")
        rows = [row for path in config.start.rows for row in read_rows(path)]
        if config.start.rule_rounds:
            rows += self._rules(world, folder / RULES)
        board = self._board
        trainer = LanguageTrainer(config, say=self.say, board=board, launcher=self._launcher(board))
        write_lines(folder / ROWS, rows)
        first = config.model.path or trainer.begin(rows, folder / FIRST, seed)
        trainer.supervise(rows, folder / CHECKPOINT, first, seed)

    def _rules(self, world: LeanWorld, out: Path) -> list[Row]:
        """What rounds of rules and portfolio prove and find worth learning."""
        play, start = self.config.selfplay, self.config.start
        prove = play.prove.model_copy(update={"samples": start.samples, "later_samples": start.samples})
        # A first model needs proofs of whatever can be proved, of easy statements too.
        rows = ProverRows(**{**play.prover_rows.model_dump(), "rate": 1.0})
        evaluation = play.evaluation.model_copy(update={"every": start.rule_rounds + 1})
        conjectures = play.conjectures.model_copy(update={"enabled": True})
        config = play.model_copy(
            update={
                "players": Players(),
                "rounds": start.rule_rounds,
                "prove": prove,
                "conjectures": conjectures,
                "prover_rows": rows,
                "evaluation": evaluation,
                "train": "rl.selfplay.tables:train",
            }
        )
        kept_out = []
        if self.config.promotion.files:
            kept_out.append(Validation(self.config.promotion, config, self.session).theory)
        if self.config.probe.files:
            kept_out.append(Probing(self.config.probe, config, self.session, out).theory)
        self._rounds(world, config, out, count, kept_out).run()
        environments = {each.id: each for each in read_lines(out / "theory" / "environments.jsonl", EnvironmentText)}
        found: list[Row] = []
        for number, folder in enumerate(sorted(out.glob("round-*"))):
            found += [*iterate_lines(folder / SELECTION / "own.jsonl", Completion)]
            maker = RowMaker(number, environments, self.session.info.lean_version)
            decisions = read_lines(folder / FILTERS / "decisions.jsonl", Decision)
            trials = read_lines(folder / PROOFS / "trials.jsonl", Trial)
            seeds = {seed.id: seed for seed in read_lines(folder / SEEDS / "seeds.jsonl", Seed)}
            found += maker.proved_conjectures(decisions, trials, seeds)
        return found

    def _baseline(self, world: LeanWorld, config: Config, folder: Path) -> None:
        """The held-out statements with the start's weights: what rounds are compared with."""
        held = world.held_out().dataset
        players = make_players(config, world, self.session, None)
        journal = Journal(folder / TRIALS)
        try:
            proving = Proving(
                world,
                players.prover,
                config.seed,
                None,
                config.evaluation.samples,
                config.prove.retries,
                self.session.workers,
                self.say,
            )
            trials = proving.trials(list(held), journal)
        finally:
            players.close()
        score = scored(UNTRAINED, trials)
        write_lines(folder / "trials.jsonl", trials)
        write_json(folder / "score.json", score)
        journal.remove()
        self.say(f"  {score.solved} of {score.answered} held-out statements proved by the start")


def _weights(checkpoint: Path) -> Path:
    """The file that stands for a checkpoint's weights; of a large one, which is in parts, the list of them."""
    whole = checkpoint / "model.safetensors"
    return whole if whole.exists() else checkpoint / "model.safetensors.index.json"


def scores(out: Path) -> list[Score]:
    """The start's score and that of every round, as far as they are there."""
    paths = [out / BASELINE / "score.json", *sorted(out.glob(f"round-*/{EVALUATION}/score.json"))]
    return [Score.model_validate(read_json(path)) for path in paths if path.exists()]


def figures(out: Path) -> dict[int, dict[str, float]]:
    """The scalars of a run by step: 0 for the start, n for the n-th round; rounds that are not finished left out."""
    by_round = {score.round: score for score in scores(out)}
    start = {SUPERVISED: read_updates(path_of(out / START, SUPERVISED))}
    found = {0: scalars(None, by_round.get(UNTRAINED), start)}
    for folder in sorted(out.glob(f"round-*/{TRAINING}/manifest.json")):
        number = int(folder.parents[1].name.removeprefix("round-"))
        if (folder.parents[1] / EVALUATION).is_dir() and number not in by_round:
            continue  # its evaluation is at work
        gauges = Gauges.model_validate(read_json(folder.parents[1] / SELECTION / "gauges.json"))
        lines = {name: read_updates(path_of(folder.parent, name)) for name in (SUPERVISED, REINFORCED)}
        found[number + 1] = scalars(gauges, by_round.get(number), lines)
    return found
