"""What a bench run asks of whatever proves: the seam between the run (`run.py`) and Lean (`lean_solver.py`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from lean_project.model import RuntimeInfo
from prover.bench.problems import Problem
from prover.bench.records import Cause, Gate, Outcome, TreeStep


class Stopped(Exception):  # noqa: N818 (it is no error)
    """The run was stopped before there was an answer. Nothing of it is recorded."""


@dataclass(frozen=True, slots=True)
class Task:
    """A theorem of an examined problem. `disproof`: the whole file with the accepted proof of its negation."""

    name: str
    gate: Gate = Gate.NOT_RUN
    detail: str = ""
    disproof: bytes = b""
    level: str = ""
    goal: str = ""


@dataclass(frozen=True, slots=True)
class Examined:
    """A statement that was elaborated: `outcome` is None when its tasks can be attempted."""

    outcome: Outcome | None = None
    cause: Cause | None = None
    reason: str = ""
    missing: tuple[str, ...] = ()
    tasks: tuple[Task, ...] = ()


@dataclass(frozen=True, slots=True)
class Attempted:
    """What came of one attempt; the fields are those of `records.AttemptRecord`. `file`: the file that was accepted,
    with the proofs of all tasks that this attempt proved. `seconds`: wall clock."""

    outcome: Outcome
    limit: str = ""
    reason: str = ""
    calls: int = 0
    tokens: int = 0
    seconds: float = 0.0
    lean_seconds: float = 0.0
    level: str = ""
    axioms: tuple[str, ...] = ()
    proof: str = ""
    lemmas: tuple[str, ...] = ()
    file: bytes = b""
    refused: str = ""
    lost: int = 0
    difficulty: float | None = None
    open_goals: tuple[str, ...] = ()
    tree: tuple[TreeStep, ...] = ()


class Solver(Protocol):
    """Thread-safe: a run asks from as many threads as it has workers."""

    @property
    def info(self) -> RuntimeInfo: ...

    def examine(self, problem: Problem) -> Examined:
        """Elaborate the statement, and test it unless the settings say no. Raises Stopped."""
        ...

    def attempt(self, problem: Problem, tasks: Sequence[str], seed: int) -> dict[str, Attempted]:
        """One attempt at each of these tasks of a problem, in order, under a budget of its own; what is found is
        checked as one file. Equal arguments, equal answer, seconds apart. Raises Stopped."""
        ...

    def stop(self) -> None:
        """Make everything under way raise Stopped, soon. Idempotent."""
        ...

    def close(self) -> None:
        """End every process. Idempotent."""
        ...
