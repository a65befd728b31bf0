"""Who plays a round: the interfaces of conjecturers and provers, and how attempts are drawn.

A player writes text. Nothing that it says about itself counts: conjectures go through the filters, proofs through the
trusted check, and what is counted is what those say.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from rl.data.files import sha256
from rl.selfplay.records import Outcome, Proposal, Seed, Statement


@dataclass(frozen=True, slots=True)
class Draw:
    """One attempt to be made: its number, and the seed of everything that is random in it. Equal draws on equal
    statements are equal attempts, as far as the player can repeat itself."""

    index: int
    seed: int


@dataclass(frozen=True, slots=True)
class Try:
    """What a prover made of a draw. `outcome`: PROVED here means that it has a proof to be checked (a hint); LOST is
    the machinery's. `seconds`: of Lean or of the policy. `label`: the recipe, for statistics."""

    draw: Draw
    outcome: Outcome
    tactics: str = ""
    lemmas: tuple[str, ...] = ()
    label: str = ""
    seconds: float = 0.0
    tokens: int = 0
    weights: str = ""
    prompt: str = ""
    reason: str = ""


class Conjecturer(Protocol):
    """Writes statements. Raises UserError (nothing will get better by itself) and LimitHit("cancelled"); a question
    that the machinery lost has no proposals."""

    @property
    def name(self) -> str: ...

    def conjecture(
        self, seeds: Sequence[Seed], wanted: int, draw: Draw, said: Set[str] = frozenset()
    ) -> list[Proposal]:
        """At most `wanted` proposals for each seed, in order of the seeds. `said`: what was proposed before
        (`rl.selfplay.records.said_as`); the filters refuse it, so who can tell leaves it out."""
        ...


@dataclass(frozen=True)
class Together:
    """A conjecturer that is several: each writes at most `wanted` proposals for each seed, by the same draw."""

    conjecturers: tuple[Conjecturer, ...]

    @property
    def name(self) -> str:
        return " + ".join(each.name for each in self.conjecturers)

    def conjecture(
        self, seeds: Sequence[Seed], wanted: int, draw: Draw, said: Set[str] = frozenset()
    ) -> list[Proposal]:
        written = [each.conjecture(seeds, wanted, draw, said) for each in self.conjecturers]
        found: list[Proposal] = []
        for seed in seeds:
            own = (proposal for part in written for proposal in part if proposal.seed == seed.id)
            found += (each.model_copy(update={"index": index}) for index, each in enumerate(own))
        return found

    def close(self) -> None:
        close_all(self.conjecturers)


class Prover(Protocol):
    """Writes proofs. Raises UserError and LimitHit("cancelled"); what the machinery loses is `Outcome.LOST`."""

    @property
    def name(self) -> str: ...

    def tries(self, statement: Statement, draws: Sequence[Draw]) -> list[Try]:
        """One try for each draw, independent of each other and in any order."""
        ...


@dataclass(frozen=True, slots=True)
class Pair:
    """The two players of a round, made from a checkpoint."""

    conjecturer: Conjecturer
    prover: Prover

    def close(self) -> None:
        """Free what they hold. Idempotent."""
        close_all((self.conjecturer, self.prover))


def close_all(players: Sequence[object]) -> None:
    """Free what players hold that hold something."""
    for player in players:
        close = getattr(player, "close", None)
        if close is not None:
            close()


class MakePlayers(Protocol):
    """Players for a round. `checkpoint`: what the last training wrote, None before the first one."""

    def __call__(self, checkpoint: Path | None) -> Pair: ...


def seed_of(*words: object) -> int:
    """A seed from 0 to 2^31 - 1 that depends on the words alone."""
    return int(sha256(*(str(word) for word in words))[:8], 16) >> 1


def draws(run_seed: int, round: int, strict_key: str, indices: Sequence[int]) -> list[Draw]:
    """The draws of a statement's attempts, the same however often they are asked for."""
    return [Draw(index, seed_of(run_seed, round, strict_key, index)) for index in indices]
