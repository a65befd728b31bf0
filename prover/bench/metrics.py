"""From a run's folder to numbers. Pure: the same records give the same numbers, whatever order they came in.

Every count is over all tasks, and says what it leaves out. Attempts that the machinery lost are neither failures nor
dropped: tasks that have too few others for pass@k are counted beside it. `Counted` holds nothing that a clock measured;
what a clock measured is in `Timed`.
"""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from prover.bench import manifest as folders
from prover.bench.manifest import Entry, Manifest
from prover.bench.records import (
    AttemptRecord,
    Gate,
    Outcome,
    Records,
    StatementRecord,
    TaskRecord,
    attempt_key,
    read,
    statement_key,
)
from prover.bench.statistics import Interval, bootstrap, pass_at_k, wilson

PENDING = "not run yet"
ORDER = (*map(str, Outcome), PENDING)
"""The columns of every table of outcomes."""
_CEILINGS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)


@dataclass(frozen=True)
class TaskResult:
    """A task with all that is known of it. `name`: "" for a problem without tasks (not statable, or not examined)."""

    entry: Entry
    name: str
    outcome: str
    statement: StatementRecord | None = None
    task: TaskRecord | None = None
    attempts: tuple[AttemptRecord, ...] = ()

    @property
    def own_name(self) -> str:
        """The task's name where the problem's does not say it, else ""."""
        return "" if self.name in ("", self.entry.theorem, self.entry.id) else self.name

    @property
    def first(self) -> AttemptRecord | None:
        """The first attempt, None when there is none yet."""
        return self.attempts[0] if self.attempts and self.attempts[0].attempt == 1 else None

    @property
    def proof(self) -> AttemptRecord | None:
        """The first attempt that proved it."""
        return next((each for each in self.attempts if each.outcome is Outcome.PROVED), None)

    @property
    def telling(self) -> list[AttemptRecord]:
        """The attempts that say something about the task."""
        return [each for each in self.attempts if each.outcome is not Outcome.MACHINERY]

    @property
    def is_statable(self) -> bool:
        return self.outcome not in (str(Outcome.NOT_STATABLE), PENDING)

    @property
    def reason(self) -> str:
        """Why it is not proved, in words."""
        if self.outcome == str(Outcome.DISPROVED) and self.task is not None:
            return f"false: {self.task.detail}"
        if not self.attempts:
            return self.statement.reason if self.statement is not None else ""
        return next((each.reason for each in self.attempts if str(each.outcome) == self.outcome), "")


@dataclass(frozen=True)
class RunData:
    """A run as its folder tells it. `tasks` are in the order of the problems."""

    folder: Path
    manifest: Manifest
    tasks: tuple[TaskResult, ...]
    damaged: int = 0

    @property
    def name(self) -> str:
        return self.folder.resolve().name


def load(folder: Path) -> RunData:
    """Raises UserError for a folder that holds no run."""
    manifest, records = folders.read(folder), read(folder)
    return RunData(folder, manifest, tuple(results(folders.read_entries(folder), records, manifest)), records.damaged)


def results(entries: Sequence[Entry], records: Records, manifest: Manifest) -> list[TaskResult]:
    """The tasks of the entries with the records of their content under these settings; others are not looked at."""
    found: list[TaskResult] = []
    for entry in entries:
        statement = records.statements.get(statement_key(entry.file_sha256, entry.theorem, manifest.settings))
        if statement is None:
            found.append(TaskResult(entry, "", PENDING))
        elif statement.outcome is not None:
            found.append(TaskResult(entry, "", str(statement.outcome), statement))
        else:
            for task in statement.tasks:
                numbers = range(1, manifest.k + 1)
                keys = (attempt_key(entry.file_sha256, task.name, number, manifest.settings) for number in numbers)
                made = tuple(records.attempts[key] for key in keys if key in records.attempts)
                found.append(TaskResult(entry, task.name, _outcome(task, made), statement, task, made))
    return found


def _outcome(task: TaskRecord, attempts: Sequence[AttemptRecord]) -> str:
    """Of several attempts the best word counts: proved, then what a limit ended, then open; a task is the machinery's
    when no attempt says anything."""
    if task.disproof:
        return str(Outcome.DISPROVED)
    seen = {each.outcome for each in attempts}
    for outcome in (Outcome.PROVED, Outcome.LIMIT, Outcome.OPEN, Outcome.MACHINERY):
        if outcome in seen:
            return str(outcome)
    return PENDING


@dataclass(frozen=True, slots=True)
class Rate:
    """`value` with its 95 % interval; `of`: over how many tasks; `left_out`: tasks that cannot say."""

    value: float
    interval: Interval
    of: int
    left_out: int = 0


@dataclass(frozen=True)
class Counted:
    """The numbers of a group of tasks that no clock enters.

    `limits`: by kind. `proved`: of all tasks; `proved_statable`: of those that can be stated here. `within`: proved by
    the first attempt within so many Lean calls. `calls`: median of the first proofs, None without one. `refused`:
    proofs found that the check did not accept. `lost`: answers lost to faults.
    """

    tasks: int
    outcomes: Mapping[str, int]
    limits: Mapping[str, int]
    causes: Mapping[str, int]
    gates: Mapping[str, int]
    levels: Mapping[str, int]
    proved: Rate
    proved_statable: Rate
    within: Mapping[int, int]
    calls: float | None
    total_calls: int
    tokens: int
    refused: int
    lost: int
    retried: int
    defective: int


def counted(tasks: Sequence[TaskResult], manifest: Manifest) -> Counted:
    statable = [task for task in tasks if task.is_statable]
    attempts = [attempt for task in tasks for attempt in task.attempts]
    outcomes = Counter(task.outcome for task in tasks)
    proved = outcomes[str(Outcome.PROVED)]
    calls = [task.proof.calls for task in tasks if task.proof is not None]
    ceilings = [each for each in _CEILINGS if each < manifest.settings["calls"]] + [manifest.settings["calls"]]
    return Counted(
        tasks=len(tasks),
        outcomes={name: outcomes[name] for name in ORDER if outcomes[name]},
        limits=_counts(each.limit for each in attempts if each.outcome is Outcome.LIMIT),
        causes=_counts(_cause(task) for task in tasks if task.outcome == str(Outcome.NOT_STATABLE)),
        gates=_counts(str(task.task.gate) for task in tasks if task.task is not None),
        levels=_counts(task.proof.level for task in tasks if task.proof is not None),
        proved=_proportion(proved, len(tasks)),
        proved_statable=_proportion(proved, len(statable)),
        within={ceiling: _within(tasks, ceiling) for ceiling in ceilings},
        calls=statistics.median(calls) if calls else None,
        total_calls=sum(each.calls for each in attempts),
        tokens=sum(each.tokens for each in attempts),
        refused=sum(bool(each.refused) for each in attempts),
        lost=sum(each.lost for each in attempts),
        retried=sum(each.retried for each in attempts),
        defective=sum(bool(task.entry.defect) for task in tasks),
    )


def _counts(words: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(words).items()))


def _cause(task: TaskResult) -> str:
    statement = task.statement
    if statement is None or statement.cause is None:
        return "unknown"
    return f"needs {', '.join(statement.missing)}" if statement.missing else str(statement.cause)


def _proportion(successes: int, of: int) -> Rate:
    return Rate(successes / of if of else 0.0, wilson(successes, of), of)


def pass_rates(tasks: Sequence[TaskResult], manifest: Manifest) -> dict[int, Rate]:
    """pass@k over the tasks that can be stated here, by k: 1, powers of two, and the run's own."""
    statable = [task for task in tasks if task.is_statable]
    return {k: _pass_at(statable, k) for k in ks(manifest.k)}


def ks(k: int) -> list[int]:
    """The k that pass@k is given for when there are `k` attempts."""
    return sorted({1, k, *(power for power in (2, 4, 8, 16, 32, 64, 128, 256) if power < k)})


def _pass_at(statable: Sequence[TaskResult], k: int) -> Rate:
    """Mean of the unbiased estimates over tasks; a disproved task is one that no attempt proves. For k = 1 of one
    attempt each it is a proportion (Wilson), else the interval is a bootstrap over tasks."""
    values: list[float] = []
    left_out = 0
    for task in statable:
        telling = task.telling
        if task.outcome == str(Outcome.DISPROVED):
            values.append(0.0)
        elif len(telling) < k:
            left_out += 1
        else:
            values.append(pass_at_k(len(telling), sum(each.outcome is Outcome.PROVED for each in telling), k))
    if not values:
        return Rate(0.0, Interval(0.0, 1.0), 0, left_out)
    mean = statistics.fmean(values)
    if all(value in (0.0, 1.0) for value in values):
        return Rate(mean, wilson(int(sum(values)), len(values)), len(values), left_out)
    return Rate(mean, _resampled(tuple(sorted(values))), len(values), left_out)


@lru_cache(maxsize=1024)
def _resampled(values: tuple[float, ...]) -> Interval:
    """The bootstrap, which tables, curves and JSON ask for in turn; sorted, so that the order of tasks is nothing."""
    return bootstrap(values)


def _within(tasks: Sequence[TaskResult], ceiling: int) -> int:
    firsts = [task.first for task in tasks if task.first is not None]
    return sum(each.outcome is Outcome.PROVED and each.calls <= ceiling for each in firsts)


@dataclass(frozen=True)
class Timed:
    """Seconds, all of which depend on the machine. `wall`: of all attempts; `lean`: Lean's own; `proof`: median of the
    first proofs' wall clock, None without one; `statements`: of examining them, gate included."""

    wall: float = 0.0
    lean: float = 0.0
    proof: float | None = None
    statements: float = 0.0


def timed(tasks: Sequence[TaskResult]) -> Timed:
    attempts = [attempt for task in tasks for attempt in task.attempts]
    proofs = [task.proof.seconds for task in tasks if task.proof is not None]
    statements = {(each.set, each.id): each.seconds for task in tasks if (each := task.statement) is not None}
    return Timed(
        sum(each.seconds for each in attempts),
        sum(each.lean_seconds for each in attempts),
        statistics.median(proofs) if proofs else None,
        sum(statements.values()),
    )


@dataclass(frozen=True)
class Group:
    """Tasks that a table has a line for."""

    name: str
    tasks: tuple[TaskResult, ...] = field(repr=False)


def grouped(tasks: Sequence[TaskResult], key: Callable[[TaskResult], str]) -> list[Group]:
    """The tasks by a key, in the order of the keys; "" is written as a dash."""
    found: dict[str, list[TaskResult]] = defaultdict(list)
    for task in tasks:
        found[key(task) or "–"].append(task)
    return [Group(name, tuple(found[name])) for name in sorted(found)]


def by_set(tasks: Sequence[TaskResult]) -> list[Group]:
    return grouped(tasks, lambda task: task.entry.set)


def by_category(tasks: Sequence[TaskResult]) -> list[Group]:
    """By set and category; empty when there is one category in every set."""
    groups = grouped(tasks, lambda task: f"{task.entry.set} / {task.entry.category or '–'}")
    return groups if len(groups) > len(by_set(tasks)) else []


def vacuous(tasks: Sequence[TaskResult]) -> list[TaskResult]:
    """Tasks whose hypotheses held in no test, or that a test refuted without a disproof that the check accepts."""
    return [
        task
        for task in tasks
        if task.task is not None and task.task.gate in (Gate.VACUOUS, Gate.REFUTED) and not task.task.disproof
    ]
