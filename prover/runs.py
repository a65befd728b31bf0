"""Run records: what a run tried on each file, as JSON under `GENTZEN_HOME/runs/RUN/`. `gentzen show` reads them.

One file per proved file, written whole or not at all, so that an interrupted run leaves what it had. docs/show.md
documents the format; readers ignore fields that they do not know, and every field but `run` and `file` has a default.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from lean_project.errors import UserError
from lean_project.files import write_whole
from prover.report import Status
from search.domain import Verdict

VERSION = 1
_LISTED = 8
NO_RUNS = "There is no run yet to show: `gentzen prove FILE` makes one."


def _encodable(value: Any) -> Any:
    """Paths and what language models write may hold lone surrogates, which no JSON can carry."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


Words = Annotated[str, BeforeValidator(_encodable)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, ser_json_inf_nan="strings")


class GoalState(StrEnum):
    OPEN = "open"
    PROVED = "proved"
    REFUTED = "refuted"
    EXHAUSTED = "exhausted"
    """Every move was tried, none proved it."""


class Usage(_Model):
    """What a run, or a target, cost: requests to Lean, and tokens of language models."""

    lean_calls: int = 0
    tokens: int = 0


class LemmaRecord(_Model):
    """A lemma that a sketch states. `goal`: the key of its goal, None where it has none (it never elaborated)."""

    name: Words
    statement: Words = ""
    goal: str | None = None


class MoveRecord(_Model):
    """A split that was tried on a goal, and what came of it (docs/search.md).

    `text`: its tactics, for people. `score`: S of the score, 0 to 1. `children`: keys of the goals that it left open,
    in order, lemmas included. `reason`: why it was not justified. `chosen`: the goal's proof, or its best hope.
    """

    label: Words = ""
    text: Words = ""
    kind: Words = ""
    verdict: Verdict = Verdict.REFUSED
    score: float = 0.0
    children: tuple[str, ...] = ()
    lemmas: tuple[LemmaRecord, ...] = ()
    seconds: float = 0.0
    calls: int = 0
    reason: Words = ""
    chosen: bool = False

    @property
    def justified(self) -> bool:
        return self.verdict is Verdict.JUSTIFIED

    def goals(self) -> tuple[str, ...]:
        """Keys of everything that has to be proved for this move: the children, and lemmas that are not among them."""
        lemmas = (lemma.goal for lemma in self.lemmas if lemma.goal is not None)
        return tuple(dict.fromkeys((*self.children, *lemmas)))


class GoalRecord(_Model):
    """A goal (an OR node). `text`: as Lean pretty-prints it. `difficulty`: d of the score. `seconds` and `calls` are
    those of its own moves. `counterexample`: the assignment that refutes it, "" without one.
    """

    text: Words = ""
    state: GoalState = GoalState.OPEN
    difficulty: float = 0.0
    calls: int = 0
    seconds: float = 0.0
    counterexample: Words = ""
    moves: tuple[MoveRecord, ...] = ()


class TargetRecord(_Model):
    """A hole of the file. `line` from 1, `column` from 0. `goal`: where its tree begins, None when search never saw it.

    `proof`: the accepted script. `seconds` and `usage` went into this target; 0 where that is not known.
    """

    name: Words
    line: int = 0
    column: int = 0
    status: Status = Status.OPEN
    reason: Words = ""
    goal: str | None = None
    proof: Words | None = None
    counterexample: Words | None = None
    seconds: float = 0.0
    usage: Usage = Usage()


class RunRecord(_Model):
    """One file of one run. `started_at`: Unix seconds. `seconds`: wall time. `interrupted`: stopped before its end."""

    version: int = VERSION
    run: Words
    file: Words
    runtime: Words = ""
    lean_version: Words = ""
    strategy: Words = ""
    started_at: float = 0.0
    seconds: float = 0.0
    interrupted: bool = False
    usage: Usage = Usage()
    targets: tuple[TargetRecord, ...] = ()
    goals: dict[str, GoalRecord] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Summary:
    """A line of `gentzen show --list`. `record` is None for a file that cannot be read, `problem` says why."""

    run: str
    path: Path
    record: RunRecord | None
    problem: str = ""


def folder(home: Path) -> Path:
    """Where the run records are; may not exist."""
    return home / "runs"


def file_name(file: str) -> str:
    """The name of the record of `file`: for people its stem, and a hash that tells files of one stem apart."""
    stem = re.sub(r"[^\w.-]", "_", Path(file).stem).lstrip(".")[:60] or "file"
    return f"{stem}-{hashlib.sha256(os.fsencode(file)).hexdigest()[:8]}.json"


def save(record: RunRecord, home: Path) -> Path:
    """Write `record`, in place of an earlier one of the same file and run. Atomic. Raises `UserError`, `ValueError`."""
    if not re.fullmatch(r"[\w-][\w.-]*", record.run):
        raise ValueError(f"not a run's name: {record.run!r}")
    path = folder(home) / record.run / file_name(record.file)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, record.model_dump_json().encode())
    except OSError as error:
        raise UserError(
            f"The record of the run cannot be written to {path}: {error.strerror}. Mend that, or set GENTZEN_HOME."
        ) from error
    return path


def load(which: str | None, home: Path) -> list[RunRecord]:
    """The records of a run, sorted by file. `which`: a run, the beginning of one, a path of a record or of a folder of
    them; None: the latest run. Raises `UserError`, with the runs that there are.
    """
    if which is None:
        runs = _runs(home)
        if not runs:
            raise UserError(NO_RUNS)
        return _read_folder(runs[0])
    found = _by_prefix(which, _runs(home))
    if found is not None:
        return _read_folder(found)
    path = Path(which)
    if path.is_file():
        return [read(path)]
    if path.is_dir() and _records(path):
        return _read_folder(path)
    raise UserError(f"There is no run {which!r}. {_known(home)}")


def read(path: Path) -> RunRecord:
    """One record. Raises `UserError` when it cannot be read or is none."""
    try:
        record = RunRecord.model_validate_json(path.read_bytes())
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}. Check the path.") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        what = f"{where}: {first['msg']}" if where else first["msg"]
        raise UserError(f"{path} is not the record of a run ({what}). Name a run: `gentzen show --list`.") from error
    if record.version > VERSION:
        raise UserError(f"{path} was written by a newer gentzen (format {record.version}). Update gentzen.")
    return record


def recent(home: Path, limit: int = 20) -> list[Summary]:
    """The records of the `limit` latest runs, latest run first."""
    found = []
    for run in _runs(home)[:limit]:
        for path in _records(run):
            try:
                found.append(Summary(run.name, path, read(path)))
            except UserError as error:
                found.append(Summary(run.name, path, None, str(error)))
    return found


def _read_folder(path: Path) -> list[RunRecord]:
    return sorted((read(each) for each in _records(path)), key=lambda record: record.file)


def _records(path: Path) -> list[Path]:
    """The records in a run's folder; a dot begins the name of one that is being written."""
    return sorted(each for each in path.glob("*.json") if not each.name.startswith("."))


def _runs(home: Path) -> list[Path]:
    """The folders of the runs that have a record, the latest first."""
    return [path for _, _, path in sorted(_dated(folder(home)), reverse=True)]


def _dated(runs: Path) -> Iterator[tuple[float, str, Path]]:
    try:
        entries = [entry for entry in runs.iterdir() if entry.is_dir()]
    except OSError:
        return
    for entry in entries:
        times = []
        for record in _records(entry):
            with contextlib.suppress(FileNotFoundError):  # another process tidies up
                times.append(record.stat().st_mtime)
        if times:
            yield max(times), entry.name, entry


def _by_prefix(which: str, runs: Sequence[Path]) -> Path | None:
    """The run called `which`, else the only one that begins so, else None. Raises `UserError` for several."""
    matching = [run for run in runs if which and run.name.startswith(which)]
    exact = [run for run in matching if run.name == which]
    if exact:
        return exact[0]
    if len(matching) > 1:
        names = ", ".join(run.name for run in matching[:_LISTED])
        raise UserError(f"{len(matching)} runs begin with {which!r}: {names}. Give more of the name.")
    return matching[0] if matching else None


def _known(home: Path) -> str:
    runs = _runs(home)
    if not runs:
        return NO_RUNS
    lines = [f"  {run.name}  {', '.join(_files(run))}" for run in runs[:_LISTED]]
    return "\n".join(["The last ones (`gentzen show --list` has more):", *lines])


def _files(run: Path) -> list[str]:
    """The stems of a run's files, from the names of the records alone."""
    return [path.stem.rpartition("-")[0] or path.stem for path in _records(run)][:4]
