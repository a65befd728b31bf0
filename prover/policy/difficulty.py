"""How hard goals are by a policy's word: the difficulty role, as a d of the score.

An answer is a level from 0 (any tactic does it) to 10. Levels become chances, chances become constants of a footprint,
so that a goal which the policy says nothing about can be measured by its footprint beside the others.
"""

from __future__ import annotations

import math
import threading
from concurrent.futures import Future

from decompose.context import goal_context
from decompose.definitions import Definitions
from decompose.difficulty import Difficulty, FootprintDifficulty
from decompose.spec import SpecFile, Target
from lean_project.model import ClosedGoal
from prover.policy.answers import Answer
from prover.policy.contract import difficulty
from prover.policy.guarded import Refusal
from prover.policy.line import Line
from prover.policy.requests import Assess
from prover.policy.views import view_of

CONSTANTS_PER_NAT = 10.0
"""Level 0 is 0.5 constants then and level 10 is 31: the range of the footprints of the corpus' goals."""
PATIENCE = 20.0


class PolicyDifficulty:
    """`decompose.difficulty.TextDifficulty` of one file's goals, paid for by `line`. A goal whose text was asked about
    is not asked about again; one without an answer has its footprint, and so have all once `line` is gone.
    Thread-safe."""

    def __init__(self, spec: SpecFile, line: Line, otherwise: Difficulty | None = None) -> None:
        self._spec, self._line = spec, line
        self._otherwise = otherwise or FootprintDifficulty()
        self._lock = threading.Lock()
        self._asked: dict[tuple[int, str], Future[tuple[Answer, ...]]] = {}

    @property
    def source(self) -> str:
        return (
            f"policy {self._line.policy.name} ({CONSTANTS_PER_NAT:g} constants per nat), else {self._otherwise.source}"
        )

    @property
    def variant(self) -> str:
        return self._otherwise.variant

    def of(self, closed: ClosedGoal, definitions: Definitions) -> float:
        """What a goal counts that nobody can be asked about."""
        return self._otherwise.of(closed, definitions)

    def of_text(self, closed: ClosedGoal, definitions: Definitions, target: Target, text: str) -> float:
        """Waits for the answer, for `PATIENCE` seconds at most."""
        level = self._level(target, text)
        if level is None:
            return self.of(closed, definitions)
        return CONSTANTS_PER_NAT * nats(level)

    def _level(self, target: Target, text: str) -> float | None:
        with self._lock:
            asked = self._asked.get((target.command, text))
            if asked is None:
                view = view_of(self._spec, target, text, goal_context(self._spec, target, text))
                asked = self._line.ask(Assess(view=view))
                if asked is None:
                    return None
                self._asked[target.command, text] = asked
        answers = self._line.wait(asked, Future(), PATIENCE)
        level = difficulty(answers[0]) if answers else None
        return None if isinstance(level, Refusal) else level


def nats(level: float) -> float:
    """-log of the chance that a level (0 to 1) stands for: eleven levels at the middles of eleven equal steps, so that
    none means certainty."""
    return -math.log(1 - (10 * level + 0.5) / 11)
