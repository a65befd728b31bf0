"""The engine behind `gentzen prove`: one pool of Lean processes at a time, one budget and one ledger for the run."""

from __future__ import annotations

import time
from collections.abc import Sequence

from lean_project import environ
from lean_project.errors import UserError
from lean_project.ledger import Ledger
from lean_project.pool import Pool
from lean_project.runtime import RuntimeProgram
from prover import sessions
from prover.gate import gate_for
from prover.inputs import InputFile
from prover.policy.use import PolicyUse
from prover.prove import Run, prove_file
from prover.record import keep
from prover.report import FileReport
from prover.sessions import Place, Say
from prover.settings import NO_POLICY, DifficultyChoice, Progress, ProveSettings
from prover.tree import Tree
from search.budget import Budget


class LeanEngine:
    """Proves files with the runtime that `settings` choose for each. Not thread-safe; `close` it."""

    def __init__(
        self,
        settings: ProveSettings,
        files: Sequence[InputFile],
        ledger: Ledger,
        run_id: str,
        *,
        say: Say,
        quiet: bool,
    ) -> None:
        """Prepares the policy and the Lean of every file before any work starts. Raises UserError if one is missing."""
        self._settings, self._ledger, self._run_id = settings, ledger, run_id
        self._budget = Budget(settings.budget)
        self._alone = len(files) == 1
        self._places = {file.path: sessions.place(file.path, settings.runtime, settings.project) for file in files}
        self._asks_how_hard = settings.difficulty == DifficultyChoice.POLICY
        if self._asks_how_hard and settings.policy is None:
            raise UserError(NO_POLICY)
        # First of all, since a wrong address is found out at once.
        self._policy = None if settings.policy is None else PolicyUse.open(settings, say)
        try:
            self._programs: dict[Place, RuntimeProgram] = {
                where: sessions.program(where, settings.runtime, say, quiet=quiet)
                for where in dict.fromkeys(self._places.values())
            }
        except BaseException:
            if self._policy is not None:
                self._policy.close()
            raise
        self._open: tuple[Place, Pool] | None = None

    def prove(self, file: InputFile, progress: Progress) -> FileReport:
        session, started = self._pool(self._places[file.path]), time.time()

        def keep_record(report: FileReport, tree: Tree | None) -> None:
            keep(report, tree, self._run_id, session.info, started, environ.home())

        run = Run(
            session=session,
            settings=self._settings,
            ledger=self._ledger,
            run_id=self._run_id,
            budget=self._budget,
            make_check=gate_for,
            late_moves=None if self._policy is None else self._policy.moves,
            difficulty=self._policy.difficulty if self._policy is not None and self._asks_how_hard else None,
            premises=environ.home() / "premises",
            keep_record=keep_record,
        )
        return prove_file(file, run, progress, only_file=self._alone)

    def close(self) -> None:
        if self._policy is not None:
            self._policy.close()
        self._close_pool()

    def _close_pool(self) -> None:
        opened, self._open = self._open, None
        if opened is not None:
            opened[1].close()

    def _pool(self, where: Place) -> Pool:
        """The pool for a place. Another one that is open is closed first: two would share the memory."""
        if self._open is None or self._open[0] != where:
            self._close_pool()
            self._open = (where, sessions.open_pool(self._programs[where], self._settings.workers))
        return self._open[1]
