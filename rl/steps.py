"""The steps of a completion: at which goal each was taken, and where the first failing one begins.

GiGPO compares steps that were taken at the same goal; R3L restarts from the goal before the failing step. Lean names
both: a prefix of the steps is tried as a split of its own, and its errors have places.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from decompose.problem import Problem
from decompose.sketch import Split
from lean_project.model import Message
from prover.engine import Justified, LeanDomain
from prover.policy.attempts import failure
from prover.policy.requests import View
from prover.policy.steps import top_steps
from rl.reward import Step
from search.domain import Answer, Goal, Kind, Move, Verdict

LABEL = "policy prefix"


class Heard:
    """A move's payload (`prover.later.Later`) whose split is known, and that keeps what Lean said to it."""

    calls = 0

    def __init__(self, split: Split) -> None:
        self.split, self.heartbeats, self.uses = split, split.heartbeats, split.uses
        self.code, self.messages = "", tuple[Message, ...]()

    def settle(self, seconds: float, stop: Future[None]) -> Split:
        return self.split

    def heard(self, split: Split, code: str, messages: tuple[Message, ...], answer: Answer) -> None:
        self.code, self.messages = code, messages

    def over(self) -> None:
        pass

    def account(self) -> Mapping[str, Any]:
        return {}

    def kept(self, problem: Problem, view: View, completion: str) -> str:
        """The completion up to the end of the steps before the first one that Lean refused; "" where there are none, or
        the completion has them in other words."""
        if not any(message.is_error for message in self.messages):
            return ""
        steps = failure(problem, view, self.split, self.code, self.messages, "").kept
        place = placed(completion, steps) if steps.strip() else None
        return "" if place is None else completion[: place[1]] + "\n"


def placed(completion: str, block: str, begin: int = 0) -> tuple[int, int] | None:
    """The characters of the completion whose lines are those of the block, indentation apart; the first such place that
    begins at `begin` or later. None where there is none."""
    wanted = [line.strip() for line in block.strip("\n").split("\n")]
    starts, at = [], 0
    lines = completion.split("\n")
    for line in lines:
        starts.append(at)
        at += len(line) + 1
    for number in range(len(lines) - len(wanted) + 1):
        last = number + len(wanted) - 1
        end = starts[last] + len(lines[last].rstrip())
        if starts[number] >= begin and [line.strip() for line in lines[number : last + 1]] == wanted:
            return starts[number], end
    return None


@dataclass(frozen=True, slots=True)
class Walk:
    """An attempt step by step. `steps`: its top steps with the keys of the goals that they were taken at, up to the
    first that Lean refuses, or that is not in the completion word for word. `left`: the strict keys of the goals that
    are open before the first step, after it, after the second and so on, the one that is worked on first. `made`: the
    steps that these are left by, as an accepted split; None where the first was refused already."""

    steps: tuple[Step, ...]
    left: tuple[tuple[str, ...], ...]
    made: Justified | None = None


def walk(domain: LeanDomain, goal: Goal, split: Split, completion: str, seconds: float) -> Walk:
    """Let Lean take the steps of a split one after the other: one call for each but the last."""
    lines = split.tactics.split("\n")
    found: list[Step] = []
    left = [(goal.payload.strict_key,)]
    key, begin, last = goal.key, 0, None
    spans = top_steps(split.tactics)
    for number, (first, end) in enumerate(spans):
        place = placed(completion, "\n".join(lines[first:end]), begin)
        if place is None:
            break
        found.append(Step(key, *place))
        begin = place[1]
        if number + 1 == len(spans):
            break
        prefix = Split(LABEL, "\n".join(lines[:end]), split.lemmas, heartbeats=split.heartbeats, uses=split.uses)
        answer = domain.submit(goal, Move(LABEL, prefix.tactics, Kind.SPLIT, 1.0, 0.5, prefix), seconds).result()
        made = answer.record
        if answer.verdict is Verdict.MACHINERY or not isinstance(made, Justified) or not made.left:
            break
        key, last = made.left[0].key, made
        left.append(tuple(child.payload.strict_key for child in made.left))
    return Walk(tuple(found), tuple(left), last)
