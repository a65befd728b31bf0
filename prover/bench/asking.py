"""A policy as one task of a bench asks it: paid for by the task's budget, and known to be there to the end."""

from __future__ import annotations

from concurrent.futures import CancelledError, Future

from decompose.spec import SpecFile
from lean_project.errors import LimitHit
from prover.policy.answers import Answer, Policy
from prover.policy.difficulty import PolicyDifficulty
from prover.policy.line import Line
from prover.policy.mistakes import Mistakes
from prover.policy.moves import PolicyMoves
from prover.policy.requests import Request
from prover.policy.settings import PolicySettings
from search.budget import Budget


class Asking:
    """One task's use of `policy`, which stays the caller's. `close` it."""

    def __init__(self, policy: Policy, budget: Budget, samples: int, seed: int) -> None:
        self._settings = PolicySettings(samples=samples, seed=seed)
        self._policy = _Heard(policy)
        self._line = Line(self._policy, budget, patience=self._settings.patience, say=lambda _words: None)

    def moves(self, spec: SpecFile) -> PolicyMoves:
        return PolicyMoves(self._policy, spec, self._line, self._settings, mistakes=Mistakes(self._settings.rounds))

    def difficulty(self, spec: SpecFile) -> PolicyDifficulty:
        return PolicyDifficulty(spec, self._line)

    @property
    def lost(self) -> str:
        """Why the policy is not asked any more although the budget would allow it, "" while it is."""
        return self._line.gone if self._policy.faults else ""

    def close(self) -> None:
        """Take back every question. Idempotent."""
        self._line.close()


class _Heard:
    """Passes everything on. `faults`: requests that failed for another reason than a limit."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self.faults = 0

    @property
    def name(self) -> str:
        return self._policy.name

    def submit(self, request: Request) -> Future[tuple[Answer, ...]]:
        future = self._policy.submit(request)
        future.add_done_callback(self._hear)
        return future

    def cancel(self, future: Future[tuple[Answer, ...]]) -> None:
        self._policy.cancel(future)

    def close(self) -> None:
        """The policy is its owner's to close."""

    def _hear(self, future: Future[tuple[Answer, ...]]) -> None:
        error = None if future.cancelled() else future.exception()
        self.faults += error is not None and not isinstance(error, LimitHit | CancelledError)
