"""A policy in a toy file, without Lean: what its tests share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any

from toy_lean import ToyLean

from decompose.problem import Problem
from decompose.sketch import Split
from decompose.spec import SpecFile, load_spec
from decompose.text import decode
from lean_project.model import ClosedGoal, Message, Position, Severity, Snapshot
from prover.later import NoSplit
from prover.policy.line import Line
from prover.policy.moves import PolicyMoves
from prover.policy.requests import (
    Request,
    View,
)
from prover.policy.scripted import ScriptedPolicy
from prover.policy.settings import PolicySettings
from search.budget import Budget, BudgetLimits
from search.domain import Answer, Goal, Kind, Move, Verdict

VIEW = View("t", "(n : Nat)", "n = n", "n : Nat\n⊢ n = n", "def f := 1")


def message(text: str, kind: str = "", line: int = 1, column: int = 0, end: tuple[int, int] | None = None) -> Message:
    return Message(Severity.ERROR, text, Position(line, column), None if end is None else Position(*end), kind)


def problem() -> Problem:
    snapshot = Snapshot("")
    return Problem(snapshot, snapshot, "gentzen.goal.k1", ClosedGoal({}, ()), ("n",), ())


TOY = "def f := 1\ntheorem one : f = 1 := by sorry\n"


class Bench:
    """A policy, its moves for a toy file, and one goal of that. `tell` plays Lean's part."""

    def __init__(self, script: Callable[[Request], Sequence[Any]], tokens: int | None = None, **settings: Any) -> None:
        self.policy = ScriptedPolicy(script)
        self.said: list[str] = []
        self.budget = Budget(BudgetLimits(tokens=tokens))
        self.line = Line(self.policy, self.budget, patience=60.0, say=self.said.append)
        spec: SpecFile = load_spec(decode(TOY.encode()), ToyLean())
        self.moves = PolicyMoves(self.policy, spec, self.line, PolicySettings(**{"conjectures": 0, **settings}))
        site = SimpleNamespace(problem=problem(), target=spec.targets[0], text="n : Nat\n⊢ f = 1")
        self.goal = Goal("key", site.text, 1.0, site)

    def drawn(self, *others: Move) -> Iterator[Move]:
        return self.moves.moves(self.goal, iter(others))

    def try_(self, move: Move, answer: Answer | None = None, *messages: Message) -> Split | NoSplit:
        late = move.payload
        split = late.settle(1.0, Future())
        if isinstance(split, Split):
            late.heard(split, problem().candidate(split), messages, answer or Answer(Verdict.REFUSED, reason="no"))
            late.over()
        return split


def fenced(code: str) -> str:
    return f"```lean4\n{code}\n```"


def other(label: str, cost: float) -> Move:
    return Move(label, label, Kind.COMPLETE, cost, 0.5, payload=Split(label, label))
