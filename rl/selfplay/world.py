"""What a round asks of Lean, as an interface: `rl.selfplay.lean_world` answers by Lean, tests by a toy.

Every method raises MachineryError where the machinery lost the answer, and LimitHit("cancelled"); another limit is an
answer ("not within the limits").
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from lean_project.check.verdict import Level
from lean_project.errors import MachineryError
from rl.selfplay.records import EnvironmentText, Statement

_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Theory:
    """What the run's files say: environments, open statements (`dataset`), theorems that are proved there (`given`).
    `notes`: what was left out, and why."""

    environments: tuple[EnvironmentText, ...]
    dataset: tuple[Statement, ...]
    given: tuple[Statement, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tested:
    """The counterexample gate about a statement. `refuted`: the counterexample, "" for none. `vacuous`: its hypotheses
    held in no test. Both are False where it could not be tested."""

    refuted: str = ""
    vacuous: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """The trusted check about a proof. `uses`, `unused`: as in `records.Attempt`, from the term that the kernel
    accepted."""

    accepted: bool
    level: Level = Level.L0
    axioms: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    unused: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """A tactic block, and the declarations that it needs above its theorem."""

    tactics: str
    lemmas: tuple[str, ...] = field(default=())


class World(Protocol):
    """Thread-safe where its session is."""

    def theory(self) -> Theory:
        """The run's files. Raises UserError when one of them does not elaborate."""
        ...

    def held_out(self) -> Theory:
        """The evaluation files, the same way."""
        ...

    def state(self, environment: str, statement: str, name: str) -> Statement | str:
        """A text as a conjecture in the environment of that id, or why it is no statement."""
        ...

    def tested(self, statement: Statement) -> Tested: ...

    def contradictory(self, statement: Statement) -> bool:
        """Automation proves `False` from its hypotheses."""
        ...

    def variant(self, statement: Statement, of: str) -> bool:
        """Whether it is the statement with the text `of` (same environment) again, or the same with fewer
        hypotheses."""
        ...

    def in_library(self, statement: Statement) -> str:
        """The library theorem that says the same; "" when there is none."""
        ...

    def automatic(self, statement: Statement) -> str:
        """The tactic that closes it alone; "" when none does."""
        ...

    def lemma_statement(self, environment: str, name: str) -> str:
        """What a constant says, from its binders to its type; "" when it is not there."""
        ...

    def prepare(self, statements: Iterable[Statement]) -> None:
        """Proofs of these will be checked: read their statements in a fresh process, all at once."""
        ...

    def check(self, statement: Statement, proof: Proof) -> Checked:
        """The only thing that makes a proof one."""
        ...


@dataclass
class Patient:
    """A world that asks again what the machinery lost, so many `times`. What stays lost raises MachineryError."""

    world: World
    times: int

    def _ask(self, question: Callable[[], _Answer]) -> _Answer:
        for _ in range(self.times):
            try:
                return question()
            except MachineryError:
                continue
        return question()

    def theory(self) -> Theory:
        return self._ask(self.world.theory)

    def held_out(self) -> Theory:
        return self._ask(self.world.held_out)

    def state(self, environment: str, statement: str, name: str) -> Statement | str:
        return self._ask(lambda: self.world.state(environment, statement, name))

    def tested(self, statement: Statement) -> Tested:
        return self._ask(lambda: self.world.tested(statement))

    def contradictory(self, statement: Statement) -> bool:
        return self._ask(lambda: self.world.contradictory(statement))

    def variant(self, statement: Statement, of: str) -> bool:
        return self._ask(lambda: self.world.variant(statement, of))

    def in_library(self, statement: Statement) -> str:
        return self._ask(lambda: self.world.in_library(statement))

    def automatic(self, statement: Statement) -> str:
        return self._ask(lambda: self.world.automatic(statement))

    def lemma_statement(self, environment: str, name: str) -> str:
        return self._ask(lambda: self.world.lemma_statement(environment, name))

    def prepare(self, statements: Iterable[Statement]) -> None:
        known = list(statements)
        self._ask(lambda: self.world.prepare(known))

    def check(self, statement: Statement, proof: Proof) -> Checked:
        return self._ask(lambda: self.world.check(statement, proof))
