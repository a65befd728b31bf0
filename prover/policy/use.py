"""A run's policy: opened once, with the statistics of all its files, and what its prompts and answers need."""

from __future__ import annotations

from collections.abc import Callable

from decompose.spec import SpecFile
from lean_project.errors import UserError
from prover.policy.answers import Policy
from prover.policy.difficulty import PolicyDifficulty
from prover.policy.line import Line
from prover.policy.mistakes import Mistakes
from prover.policy.moves import PolicyMoves
from prover.policy.opening import open_policy
from prover.policy.settings import PolicySettings
from prover.settings import PORTFOLIO, ProveSettings
from search.budget import Budget

Say = Callable[[str], None]


class PolicyUse:
    """`policy` and how it is used. It owns the policy: `close` it.

    Once the policy is of no use for one file (`Line.gone`), later files do without it too, and nothing more is said.
    """

    def __init__(self, policy: Policy, settings: PolicySettings, say: Say) -> None:
        self.policy, self.settings = policy, settings
        self.mistakes = Mistakes(settings.rounds)
        self.lines: list[Line] = []
        self._say = say

    @classmethod
    def open(cls, settings: ProveSettings, say: Say) -> PolicyUse:
        """Raises UserError when there is no such policy (`prover.policy.opening`), or nothing to ask it."""
        assert settings.policy is not None
        if settings.strategy == PORTFOLIO:
            raise UserError(
                f"--policy does nothing with --strategy {PORTFOLIO}, which only tries the portfolio. "
                "Leave one of the two out."
            )
        policy = open_policy(settings.policy, settings.model)
        return cls(policy, PolicySettings(samples=settings.policy_samples), say)

    def moves(self, spec: SpecFile, budget: Budget) -> PolicyMoves:
        """The moves for one file, paid for by `budget`."""
        return PolicyMoves(self.policy, spec, self._line(budget), self.settings, mistakes=self.mistakes)

    def difficulty(self, spec: SpecFile, budget: Budget) -> PolicyDifficulty:
        """How hard the goals of one file are, paid for by `budget`."""
        return PolicyDifficulty(spec, self._line(budget))

    def _line(self, budget: Budget) -> Line:
        line = Line(self.policy, budget, patience=self.settings.patience, say=self._say)
        line.gone = next((each.gone for each in self.lines if each.gone), "")
        self.lines.append(line)
        return line

    def close(self) -> None:
        for line in self.lines:
            line.close()
        self.policy.close()
