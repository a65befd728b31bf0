"""A run opened over Lean: its world, its players, its evaluation sets."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from lean_project import environ
from lean_project.session import Session
from prover.policy.opening import open_policy
from rl.data.decontaminate import build_index
from rl.selfplay.config import Config, PlayersKind, Searching
from rl.selfplay.lean_world import LeanWorld
from rl.selfplay.mutate import RuleConjecturer
from rl.selfplay.players import Conjecturer, Pair, Together
from rl.selfplay.policy_conjecturer import PolicyConjecturer
from rl.selfplay.provers import Bench, PolicyProver, PortfolioProver, SearchProver
from rl.selfplay.run import Run
from rl.selfplay.tables import Tables
from rl.selfplay.training import trainer_of


def make_players(config: Config, world: LeanWorld, session: Session, checkpoint: Path | None) -> Pair:
    """The players that the settings name. A policy that is a folder is replaced by the newest checkpoint folder.

    Raises UserError."""
    bench = Bench(world, session, config.prove)
    players = config.players
    if players.kind is not PlayersKind.POLICY:
        tables = Tables.read(checkpoint)
        conjecturer = RuleConjecturer(world, tables.operator_chances())
        if players.kind is PlayersKind.RULES:
            return Pair(conjecturer, PortfolioProver(bench, tables.label_chance))
        searching = players.search or Searching()
        return Pair(conjecturer, SearchProver(bench, searching.calls, searching.strategy))
    assert players.policy is not None
    trained = checkpoint is not None and checkpoint.is_dir() and Path(players.policy).is_dir()
    policy = open_policy(str(checkpoint) if trained else players.policy, None if trained else players.model)
    writer: Conjecturer = PolicyConjecturer(world, policy, config.prove)
    if config.conjectures.rules:
        writer = Together((writer, RuleConjecturer(world)))
    if players.prover_policy is None:
        return Pair(writer, PolicyProver(bench, policy))
    return Pair(writer, PolicyProver(bench, open_policy(players.prover_policy)))


def run_of(config: Config, session: Session, say: object = None) -> Run:
    """A run over Lean. Raises UserError when the trainer cannot be loaded."""
    world = LeanWorld(session, config.files, config.evaluation.files, config.filters)
    tell = say if callable(say) else lambda text: print(text, file=sys.stderr, flush=True)
    index = partial(
        build_index,
        config.benchmarks,
        session,
        overlap=config.overlap,
        folder=environ.home() / "decontamination",
        say=tell,
    )
    return Run(
        config=config,
        world=world,
        make_index=index,
        make_players=partial(make_players, config, world, session),
        train=trainer_of(config.train),
        lean=session.info.lean_version,
        threads=session.workers,
        say=tell,
    )
