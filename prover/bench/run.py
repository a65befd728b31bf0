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
from lean_project.files import write_whole
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

Say = Callable[[str], None]
Said = tuple[Record, str]
"""A record, and what to tell of it."""
_SHARD = (1, 1)
MEANWHILE = 180.0


@dataclass
class BenchRun:
    """`problems`: those of this shard. `make_solver` is called once, when there is work. `say`: a line of progress.
    `meanwhile` is called every `MEANWHILE` seconds, for a report of what there is so far."""

    folder: Path
    problems: Sequence[Problem]
    settings: BenchSettings
    make_solver: Callable[[], Solver]
    say: Say
    workers: int = 1
    shard: tuple[int, int] = _SHARD
    meanwhile: Callable[[], None] = lambda: None
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
                self._all(file, "examining", [(problem,) for problem in self._unexamined()], self._examine)
                todo = list(self._unattempted())
                self._done = Counter(str(each.outcome) for each in self.records.attempts.values())
                self._all(file, "attempting", todo, self._attempt)
            finally:
                if self._solver is not None:
                    self._solver.close()
        return self.records

    def _unexamined(self) -> list[Problem]:
        return [each for each in self.problems if not self.records.has_statement(self._statement_key(each))]

    def _statement_key(self, problem: Problem) -> str:
        return statement_key(problem.file_sha256, problem.theorem, self.settings.identity())

    def _attempt_key(self, problem: Problem, task: str, number: int) -> str:
        return attempt_key(problem.file_sha256, task, number, self.settings.identity())

    def _unattempted(self) -> Iterable[tuple[Problem, int]]:
        """First attempts first, so that what there is of a run is a run with a smaller k."""
        for number in range(1, self.settings.k + 1):
            for problem in self.problems:
                if self._missing(problem, number):
                    yield problem, number

    def _tasks_of(self, problem: Problem) -> list[str]:
        """Those that can be attempted: all but what is known to be false."""
        statement = self.records.statements.get(self._statement_key(problem))
        if statement is None or statement.outcome is not None:
            return []
        return [task.name for task in statement.tasks if not task.disproof]

    def _missing(self, problem: Problem, number: int) -> set[str]:
        """Tasks whose attempt of this number has no answer yet."""
        tasks = self._tasks_of(problem)
        return {task for task in tasks if not self.records.has_attempt(self._attempt_key(problem, task, number))}

    def _all(self, file: RecordFile, what: str, todo: list[Any], work: Callable[..., list[Said]]) -> None:
        """Do `todo` on as many threads as there are workers; record what each gives when it is over."""
        if not todo:
            return
        solver = self._open()
        self.say(f"{what} {len(todo)} problem{'' if len(todo) == 1 else 's'}, {self.workers} at a time")
        waiting, running = list(reversed(todo)), set[Future[list[Said]]]()
        count, reported = 0, time.monotonic()
        with ThreadPoolExecutor(self.workers, thread_name_prefix="gentzen-bench") as threads:
            try:
                while waiting or running:
                    while waiting and len(running) < self.workers:
                        running.add(threads.submit(work, solver, *waiting.pop()))
                    over, running = wait(running, return_when=FIRST_COMPLETED)
                    for future in over:
                        count += 1
                        self._record(file, future.result(), f"[{count}/{len(todo)}] ")
                    if time.monotonic() - reported >= MEANWHILE:
                        self.meanwhile()
                        reported = time.monotonic()
            except BaseException:
                with suppress(Exception):
                    solver.stop()
                for future in running:
                    with suppress(Exception):  # most were stopped; what ended by itself is recorded
                        self._record(file, future.result(), "")
                raise

    def _record(self, file: RecordFile, made: list[Said], place: str) -> None:
        for record, line in made:
            file.append(record)
            self.records.add(record)
            self._done[str(record.outcome)] += isinstance(record, AttemptRecord)
            self.say(f"{place}{line}{self._so_far()}")

    def _open(self) -> Solver:
        if self._solver is None:
            self._solver = self.make_solver()
            folders.note_lean(self.folder, self._solver.info)
        return self._solver

    def _so_far(self) -> str:
        counts = [f"{outcome} {self._done[outcome]}" for outcome in map(str, Outcome) if self._done[outcome]]
        return f"   ({', '.join(counts)})" if counts else ""

    def _examine(self, solver: Solver, problem: Problem) -> list[Said]:
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
        return [(record, f"{problem.set}/{problem.id}: {said}")]

    def _tasks(self, problem: Problem, found: Examined) -> Iterable[TaskRecord]:
        for task in found.tasks:
            file = ""
            if task.disproof:
                file = f"{folders.DISPROOFS}/{_place(problem, 1).removesuffix('.lean')}.{folders.safe(task.name)}.lean"
                self._write(file, task.disproof)
            yield TaskRecord(
                name=task.name, gate=task.gate, detail=task.detail, disproof=file, level=task.level, goal=task.goal
            )

    @staticmethod
    def _said_of(found: Examined) -> str:
        return "; ".join(
            f"{task.name} {'disproved' if task.disproof else f'statable ({task.gate})'}" for task in found.tasks
        )

    def _attempt(self, solver: Solver, problem: Problem, number: int) -> list[Said]:
        """All tasks of a problem are attempted together; what an earlier run has recorded of them is not again."""
        seed, tasks, retried = self.settings.seed_of(number), self._tasks_of(problem), False
        found = self._tried(solver, problem, tasks, seed)
        if any(each.outcome is Outcome.MACHINERY for each in found.values()):
            retried, found = True, self._tried(solver, problem, tasks, seed)
        place = ""
        for each in found.values():
            if each.file and not place:
                place = f"{folders.PROOFS}/{_place(problem, number)}"
                self._write(place, each.file)
        missing = self._missing(problem, number)
        made = [self._attempted(problem, task, number, each, place, retried) for task, each in found.items()]
        return [(record, self._said(record)) for record in made if record.task in missing]

    def _attempted(
        self, problem: Problem, task: str, number: int, found: Attempted, file: str, retried: bool
    ) -> AttemptRecord:
        return AttemptRecord(
            key=self._attempt_key(problem, task, number),
            set=problem.set,
            id=problem.id,
            task=task,
            attempt=number,
            seed=self.settings.seed_of(number),
            outcome=found.outcome,
            limit=found.limit,
            reason=found.reason,
            calls=found.calls,
            tokens=found.tokens,
            seconds=found.seconds,
            lean_seconds=found.lean_seconds,
            level=found.level,
            axioms=found.axioms,
            proof=found.proof,
            lemmas=found.lemmas,
            file=file if found.file else "",
            refused=found.refused,
            lost=found.lost,
            difficulty=found.difficulty,
            retried=retried,
            open_goals=found.open_goals,
            tree=found.tree,
        )

    def _said(self, record: AttemptRecord) -> str:
        attempt = f" attempt {record.attempt}" if self.settings.k > 1 else ""
        limit = f" ({record.limit})" if record.limit else ""
        calls = f"{record.calls:,} call{'' if record.calls == 1 else 's'}"
        said = f"{record.outcome}{limit}, {calls}, {record.seconds:.1f} s"
        return f"{record.set}/{record.id} {record.task}{attempt}: {said}"

    @staticmethod
    def _examined(solver: Solver, problem: Problem) -> Examined:
        try:
            return solver.examine(problem)
        except Stopped:
            raise
        except Exception as error:
            return Examined(Outcome.MACHINERY, reason=_fault(error))

    @staticmethod
    def _tried(solver: Solver, problem: Problem, tasks: list[str], seed: int) -> dict[str, Attempted]:
        """One try. A fault that is no answer at all is the machinery's, too: it must not end the run."""
        try:
            return solver.attempt(problem, tasks, seed)
        except Stopped:
            raise
        except Exception as error:
            return dict.fromkeys(tasks, Attempted(Outcome.MACHINERY, reason=_fault(error)))

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


def _place(problem: Problem, number: int) -> str:
    """Where the file of an attempt is kept."""
    return f"{folders.safe(problem.set)}/{folders.safe(problem.id)}{f'.{number}' if number > 1 else ''}.lean"
