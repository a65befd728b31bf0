"""Is the new checkpoint to play? It and the present one attempt validation statements; flips decide."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

from lean_project.session import Session
from prover.policy.checkpoint import weights_id
from rl.data.files import Journal, write_json
from rl.promotion import Bound, Decision, Side, decide
from rl.run.config import Probe, Promotion
from rl.selfplay.config import Config
from rl.selfplay.lean_world import LeanWorld
from rl.selfplay.opening import make_players
from rl.selfplay.proving import Proving
from rl.selfplay.records import Statement, Trial
from rl.selfplay.world import Theory

AGAIN = 1_000_000
"""Draws of a statement that flipped are those of rounds from this number on, so that none of them repeats another."""


class Aside:
    """What works on statements of files that nothing is trained on, in a world of their own."""

    settings: Promotion | Probe
    play: Config
    session: Session

    @cached_property
    def world(self) -> LeanWorld:
        return LeanWorld(self.session, self.play.files, self.settings.files, self.play.filters)

    @cached_property
    def theory(self) -> Theory:
        """The statements. Raises UserError for a file that does not elaborate."""
        return self.world.held_out()


@dataclass(frozen=True)
class Validation(Aside):
    """Checkpoints tried on the statements of `settings.files`, which nothing is trained on. The session is the
    caller's. `play`: the run's settings, for how attempts are made."""

    settings: Promotion
    play: Config
    session: Session
    say: Callable[[str], None] = lambda _: None

    def decide(self, present: Path, new: Path, folder: Path) -> Decision:
        """Whether `new` takes the place of `present`; the decision is kept in `folder` as promotion.json."""
        sides = {Side.PRESENT: present, Side.NEW: new}
        bound = Bound(
            most_lost=self.settings.most_lost,
            most_lost_share=self.settings.most_lost_share,
            least_net=self.settings.least_net,
            repeats=self.settings.repeats,
        )
        statements = {each.strict_key: each for each in self.theory.dataset}
        first = {side: self._solved(path, list(statements.values()), folder) for side, path in sides.items()}

        def again(item: str, side: Side, number: int) -> bool | None:
            return self._solved(sides[side], [statements[item]], folder, AGAIN + number).get(item)

        made = decide(first[Side.PRESENT], first[Side.NEW], bound, again)
        write_json(folder / "promotion.json", {**asdict(made), "line": made.line})
        self.say(f"  promotion: {made.line}")
        return made

    def _solved(
        self, checkpoint: Path, statements: Sequence[Statement], folder: Path, round: int | None = None
    ) -> dict[str, bool]:
        """By strict key, those whose attempts were all lost left out. What was tried is kept beside the decision, by
        weights, and not tried again after an interruption."""
        config = self.play.model_copy(
            update={"players": self.play.players.model_copy(update={"policy": str(checkpoint)})}
        )
        players = make_players(config, self.world, self.session, None)
        journal = Journal(folder / f".validation-{weights_id(checkpoint)}-{'first' if round is None else round}.jsonl")
        try:
            proving = Proving(
                self.world,
                players.prover,
                self.play.seed,
                round,
                self.settings.samples,
                self.play.prove.retries,
                self.session.workers,
            )
            trials: list[Trial] = proving.trials(statements, journal)
        finally:
            players.close()
        return {trial.strict_key: trial.successes > 0 for trial in trials if trial.rate is not None}
