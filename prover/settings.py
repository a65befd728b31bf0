"""What a prove run is asked to do, and what it tells about itself while it runs.

The command line fills `ProveSettings` and implements `Progress`; `prover.prove` reads the one and calls the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from search.budget import BudgetLimits

DEFAULT_TIMEOUT = 60.0
DEFAULT_POLICY_SAMPLES = 4
DEFAULT_MUTANTS = 30
PORTFOLIO = "portfolio"


class StrategyChoice(StrEnum):
    """How the tree of goals is searched (`search.strategies`). `PORTFOLIO`: finishing moves on the targets alone."""

    HIERARCHICAL = "hierarchical"
    BEST_FIRST = "best_first"
    MCTS = "mcts"
    FLAT = "flat"
    PORTFOLIO = PORTFOLIO


DEFAULT_STRATEGY = StrategyChoice.HIERARCHICAL.value


class OrderChoice(StrEnum):
    """Which finishing move comes first. `LEARNED`: as the embedded model ranks them for each goal (docs/learned.md),
    `FIXED`: as they were measured over all goals (docs/portfolio.md)."""

    LEARNED = "learned"
    FIXED = "fixed"


DEFAULT_ORDER = OrderChoice.LEARNED.value


class DifficultyChoice(StrEnum):
    """How hard a goal is for score and search (docs/score.md). `LEARNED`: the embedded model's estimate blended with
    the footprint. `POLICY`: as the policy says, asked about every goal (docs/policies.md)."""

    FOOTPRINT = "footprint"
    LEARNED = "learned"
    POLICY = "policy"


DEFAULT_DIFFICULTY = DifficultyChoice.FOOTPRINT.value
NO_POLICY = "--difficulty policy asks a policy how hard each goal is: say which one with --policy."


class RuntimeChoice(StrEnum):
    """Which Lean. `AUTO`: native for a file in a Lake project whose toolchain is there, else the embedded one."""

    AUTO = "auto"
    EMBEDDED = "embedded"
    NATIVE = "native"


@dataclass(frozen=True, slots=True)
class ProveSettings:
    """How to prove. The same for every file of a run.

    theorems: names to work on, in full or their last parts (`rev_rev` for `List.rev_rev`); empty: every target.
    timeout: wall seconds for each target.
    strategy: how the tree of goals is searched (`search.strategies.NAMES`); "portfolio": not at all.
    order: which finishing move comes first, "learned" or "fixed". difficulty: of goals, "footprint", "learned" or
    "policy".
    budget: ceilings of the whole run, over all its files.
    all_or_none: once one target stays open, leave those that come after it: a file is of use only as a whole. first:
    names of targets that the search begins with.
    resume: take proofs from the ledger and leave out what it says was tried; False: start afresh.
    workers: Lean processes; None: one per core, as many as fit into the memory.
    project: the Lake project for the native runtime; None: found upward from the file.
    policy: a server's address or a checkpoint folder, None for no policy; model: its name on the server, None for the
    only one; policy_samples: whole proofs that it writes for each goal.
    """

    theorems: tuple[str, ...] = ()
    timeout: float = DEFAULT_TIMEOUT
    strategy: str = DEFAULT_STRATEGY
    order: str = DEFAULT_ORDER
    difficulty: str = DEFAULT_DIFFICULTY
    budget: BudgetLimits = field(default_factory=BudgetLimits)
    all_or_none: bool = False
    first: tuple[str, ...] = ()
    resume: bool = False
    workers: int | None = None
    runtime: RuntimeChoice = RuntimeChoice.AUTO
    project: Path | None = None
    policy: str | None = None
    model: str | None = None
    policy_samples: int = DEFAULT_POLICY_SAMPLES


class Progress(Protocol):
    """Told what happens, from any thread. Must not raise and must return at once."""

    def stage(self, file: str, what: str) -> None:
        """The file enters a stage: `reading`, `proving`, `checking`, ..."""
        ...

    def targets(self, file: str, names: Sequence[str]) -> None:
        """These targets will be worked on."""
        ...

    def attempt(self, file: str, target: str, proposal: str) -> None:
        """A proposal is being tried."""
        ...

    def settled(self, file: str, target: str, status: str) -> None:
        """Work on the target has ended, with this `prover.report.Status` (a hint that the check may still refuse)."""
        ...


class Silence:
    """A `Progress` that says nothing."""

    def stage(self, file: str, what: str) -> None: ...

    def targets(self, file: str, names: Sequence[str]) -> None: ...

    def attempt(self, file: str, target: str, proposal: str) -> None: ...

    def settled(self, file: str, target: str, status: str) -> None: ...
