"""A bench run: every statement examined, then k attempts at every task, each recorded as soon as it is over.

The same command on the same folder does what is missing. Work is spread over threads, one task each, and every task
sees one worker, so the number of workers changes no outcome.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lean_project.errors import UserError
from prover.bench import manifest as folders
from prover.bench.problems import Problem
from prover.bench.records import (
    AttemptRecord,
    Outcome,
    Record,
    RecordFile,
    Records,
    StatementRecord,
    TaskRecord,
    attempt_key,
    read,
    statement_key,
)
from prover.bench.settings import BenchSettings
from prover.bench.solving import Attempted, Examined, Solver, Stopped
from prover.runs import write_whole

Say = Callable[[str], None]
_SHARD = (1, 1)


@dataclass
class BenchRun:
    """`problems`: those of this shard. `make_solver` is called once, when there is work. `say`: a line of progress."""

    folder: Path
    problems: Sequence[Problem]
    settings: BenchSettings
    make_solver: Callable[[], Solver]
    say: Say
    workers: int = 1
    shard: tuple[int, int] = _SHARD
    records: Records = field(default_factory=Records)
    _solver: Solver | None = None
    _done: Counter[str] = field(default_factory=Counter)

    def run(self) -> Records:
        """Do what is missing. Ctrl-C passes on, when all that is over has been recorded."""
        with RecordFile(self.folder, self.shard) as file:
            self.records = read(self.folder)
            if self.records.damaged:
                self.say(
                    f"{self.records.damaged} damaged lines in {self.folder} are passed over; their work is done again"
                )
            try:
                self._all(file, "statement", [(problem,) for problem in self._unexamined()], self._examine)
                todo = list(self._unattempted())
                self._done = Counter(str(each.outcome) for each in self.records.attempts.values())
                self._all(file, "attempt", todo, self._attempt)
            finally:
                if self._solver is not None:
                    self._solver.close()
        return self.records

    def _unexamined(self) -> list[Problem]:
        return [each for each in self.problems if self._statement_key(each) not in self.records.statements]

    def _statement_key(self, problem: Problem) -> str:
        return statement_key(problem.file_sha256, problem.theorem, self.settings.identity())

    def _attempt_key(self, problem: Problem, task: str, number: int) -> str:
        return attempt_key(problem.file_sha256, task, number, self.settings.identity())

    def _unattempted(self) -> Iterable[tuple[Problem, str, int]]:
        """First attempts first, so that what there is of a run is a run with a smaller k."""
        for number in range(1, self.settings.k + 1):
            for problem in self.problems:
                statement = self.records.statements.get(self._statement_key(problem))
                for task in statement.tasks if statement is not None and statement.outcome is None else ():
                    key = self._attempt_key(problem, task.name, number)
                    if not task.disproof and key not in self.records.attempts:
                        yield problem, task.name, number

    def _all(self, file: RecordFile, what: str, todo: list[Any], work: Callable[..., tuple[Record, str]]) -> None:
        """Do `todo` on as many threads as there are workers; record each when it is over."""
        if not todo:
            return
        solver = self._open()
        self.say(f"{len(todo)} {what}{'' if len(todo) == 1 else 's'} to do, {self.workers} at a time")
        waiting, running = list(reversed(todo)), set[Future[tuple[Record, str]]]()
        count = 0
        with ThreadPoolExecutor(self.workers, thread_name_prefix="gentzen-bench") as threads:
            try:
                while waiting or running:
                    while waiting and len(running) < self.workers:
                        running.add(threads.submit(work, solver, *waiting.pop()))
                    over, running = wait(running, return_when=FIRST_COMPLETED)
                    for future in over:
                        record, line = future.result()
                        file.append(record)
                        self.records.add(record)
                        count += 1
                        self._done[str(record.outcome)] += isinstance(record, AttemptRecord)
                        self.say(f"[{count}/{len(todo)}] {line}{self._so_far()}")
            except BaseException:
                with suppress(Exception):
                    solver.stop()
                self._keep(running, file)
                raise

    def _keep(self, running: Iterable[Future[tuple[Record, str]]], file: RecordFile) -> None:
        """Record what ended by itself while the run was being stopped."""
        for future in running:
            with suppress(Exception):
                record, _ = future.result()
                file.append(record)
                self.records.add(record)

    def _open(self) -> Solver:
        if self._solver is None:
            self._solver = self.make_solver()
            folders.note_lean(self.folder, self._solver.info)
        return self._solver

    def _so_far(self) -> str:
        counts = [f"{outcome} {self._done[outcome]}" for outcome in map(str, Outcome) if self._done[outcome]]
        return f"   ({', '.join(counts)})" if counts else ""

    def _examine(self, solver: Solver, problem: Problem) -> tuple[Record, str]:
        started = time.monotonic()
        found = self._examined(solver, problem)
        if found.outcome is Outcome.MACHINERY:
            found = self._examined(solver, problem)
        seconds = round(time.monotonic() - started, 3)
        record = StatementRecord(
            key=self._statement_key(problem),
            set=problem.set,
            id=problem.id,
            outcome=found.outcome,
            cause=found.cause,
            reason=found.reason,
            missing=found.missing,
            tasks=tuple(self._tasks(problem, found)),
            seconds=seconds,
        )
        said = f"{found.outcome}: {found.reason}" if found.outcome else self._said_of(found)
        return record, f"{problem.set}/{problem.id}: {said}"

    def _tasks(self, problem: Problem, found: Examined) -> Iterable[TaskRecord]:
        for task in found.tasks:
            file = ""
            if task.disproof:
                file = f"{folders.DISPROOFS}/{_place(problem, task.name, 0)}"
                self._write(file, task.disproof)
            yield TaskRecord(
                name=task.name, gate=task.gate, detail=task.detail, disproof=file, level=task.level, goal=task.goal
            )

    @staticmethod
    def _said_of(found: Examined) -> str:
        return "; ".join(
            f"{task.name} {'disproved' if task.disproof else f'statable ({task.gate})'}" for task in found.tasks
        )

    def _attempt(self, solver: Solver, problem: Problem, task: str, number: int) -> tuple[Record, str]:
        started, seed, retried = time.monotonic(), self.settings.seed_of(number), False
        found = self._tried(solver, problem, task, seed)
        if found.outcome is Outcome.MACHINERY:
            retried, found = True, self._tried(solver, problem, task, seed)
        file = ""
        if found.file:
            file = f"{folders.PROOFS}/{_place(problem, task, number)}"
            self._write(file, found.file)
        record = AttemptRecord(
            key=self._attempt_key(problem, task, number),
            set=problem.set,
            id=problem.id,
            task=task,
            attempt=number,
            seed=seed,
            outcome=found.outcome,
            limit=found.limit,
            reason=found.reason,
            calls=found.calls,
            tokens=found.tokens,
            seconds=round(time.monotonic() - started, 3),
            lean_seconds=found.lean_seconds,
            level=found.level,
            axioms=found.axioms,
            proof=found.proof,
            lemmas=found.lemmas,
            file=file,
            refused=found.refused,
            lost=found.lost,
            retried=retried,
            open_goals=found.open_goals,
            tree=found.tree,
        )
        attempt = f" attempt {number}" if self.settings.k > 1 else ""
        limit = f" ({found.limit})" if found.limit else ""
        said = f"{found.outcome}{limit}, {found.calls} calls, {record.seconds:.1f} s"
        return record, f"{problem.set}/{problem.id} {task}{attempt}: {said}"

    @staticmethod
    def _examined(solver: Solver, problem: Problem) -> Examined:
        try:
            return solver.examine(problem)
        except Stopped:
            raise
        except Exception as error:
            return Examined(Outcome.MACHINERY, reason=_fault(error))

    @staticmethod
    def _tried(solver: Solver, problem: Problem, task: str, seed: int) -> Attempted:
        """One try. A fault that is no answer at all is the machinery's, too: it must not end the run."""
        try:
            return solver.attempt(problem, task, seed)
        except Stopped:
            raise
        except Exception as error:
            return Attempted(Outcome.MACHINERY, reason=_fault(error))

    def _write(self, name: str, data: bytes) -> None:
        """Keep a file of the run. Raises UserError when the disk refuses."""
        path = self.folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, data)
        except OSError as error:
            raise UserError(
                f"{path} cannot be written: {error.strerror}. Make room and run the same command again: it goes on."
            ) from error


def _fault(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".partition("\n")[0][:240]


def _place(problem: Problem, task: str, number: int) -> str:
    """Where a proof is kept. A task that is the problem's only theorem needs no name of its own."""
    own = "" if task == problem.theorem or task.endswith(f".{problem.theorem}") else f".{task}"
    return folders.safe(problem.set) + "/" + folders.safe(f"{problem.id}{own}{f'.{number}' if number > 1 else ''}.lean")
