"""What `gentzen prove --json` prints: one `FileReport` per file. docs/json-schema.md documents it; a test pins it.

The schema is stable: fields are added with a default, never renamed, removed or given another meaning without a new
`SCHEMA_VERSION`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

SCHEMA_VERSION = 1

Level = Literal["L1", "L2", "L3"]

INTERRUPTED = "the run was interrupted; go on with --resume"
"""The reason of a target of which an interrupted run knows nothing yet."""


class Status(StrEnum):
    """What became of a target. The outcomes are never merged: a limit or a fault of ours is not a failed proof."""

    PROVED = "proved"
    DISPROVED = "disproved"
    OPEN = "open"
    LIMIT = "limit"
    MACHINERY = "machinery"
    OUT_OF_SCOPE = "out_of_scope"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)


class SourcePosition(_Model):
    """Of the `sorry` in the input file: lines from 1, columns from 0 in code points, as Lean reports them."""

    line: int
    column: int


class TargetReport(_Model):
    """One hole of the file.

    `proof` is the text that stands in the output file where the `sorry` stood, None unless proved. `axioms` are
    those that the declaration rests on, as the check walked them. `reason` is one sentence, "" only when proved:
    the limit that was hit, what the machinery did, why the target is out of scope. `open_goals` are the goals of
    the best state that was reached, as Lean pretty-prints them. `lemmas`: declarations that stand above the proof
    in the output file. `counterexample` and `disproof` (the theorem in the output file) are there when it is
    disproved. `seconds` is wall time; `lean_calls` went into this target alone.
    """

    name: str
    position: SourcePosition
    status: Status
    proof: str | None = None
    axioms: tuple[str, ...] = ()
    seconds: float = 0.0
    lean_calls: int = 0
    reason: str = ""
    open_goals: tuple[str, ...] = ()
    lemmas: tuple[str, ...] = ()
    counterexample: str | None = None
    disproof: str | None = None


class FileReport(_Model):
    """One input file.

    `level` is that of every `proved` in it, None when nothing is proved. `output` is the path of the written file, None
    when none was written. `error` says why the file could not be worked on at all (`targets` is then empty), else None.
    `interrupted`: the run was stopped before this file was finished. `seconds` is wall time for the whole file.
    """

    schema_version: int = SCHEMA_VERSION
    file: str
    runtime: str
    lean_version: str
    level: Level | None
    targets: tuple[TargetReport, ...]
    output: str | None = None
    error: str | None = None
    interrupted: bool = False
    seconds: float = 0.0

    def count(self, status: Status) -> int:
        return sum(target.status is status for target in self.targets)

    @property
    def all_proved(self) -> bool:
        """Nothing is left to do: no target is open, and none out of scope either. True for a file without targets."""
        return self.error is None and not self.interrupted and self.count(Status.PROVED) == len(self.targets)


def exit_code(reports: list[FileReport]) -> int:
    """0: all proved. 1: some targets are not. 2: some file could not be worked on. 130: interrupted."""
    if any(report.interrupted for report in reports):
        return 130
    if any(report.error is not None for report in reports):
        return 2
    return 0 if all(report.all_proved for report in reports) else 1


class ReasonReport(_Model):
    """Why something was refused. `code` is stable (`lean_project.check.verdict.Code`), `detail` is for people."""

    code: str
    detail: str


class DeclarationReport(_Model):
    """One declaration that was checked. `level` is None unless it is accepted; `statement` is its hash (hex)."""

    name: str
    accepted: bool
    level: Level | None
    axioms: tuple[str, ...]
    statement: str
    reasons: tuple[ReasonReport, ...]


class CheckReport(_Model):
    """What `gentzen check --json` prints. `reasons` concern the file as a whole; `against` is None without a reference.

    The file is accepted when every declaration is, and nothing is wrong with the file; `level` is the lowest of them.
    """

    schema_version: int = SCHEMA_VERSION
    file: str
    against: str | None
    runtime: str
    lean_version: str
    accepted: bool
    level: Level | None
    declarations: tuple[DeclarationReport, ...]
    reasons: tuple[ReasonReport, ...]
    file_sha256: str
    against_sha256: str
    tools: tuple[str, ...] = ()


class SketchChild(_Model):
    """A goal that a split leaves open. `statement` is the lemma's text, None for what the tactics left.
    `counterexample`: `passed` or `untestable`."""

    name: str
    goal: str
    difficulty: float
    counterexample: str
    statement: str | None = None


class SketchReport(_Model):
    """A split that Lean accepted. `score` is S, and `provenance` everything that it was made of (docs/score.md)."""

    label: str
    tactics: str
    score: float
    provenance: dict[str, object]
    children: tuple[SketchChild, ...]
    seconds: float


class DecompositionReport(_Model):
    """The ways to take one target apart, best first. `refused` counts the splits that Lean or a gate turned down, by
    reason. `reason`: why there are none or not all, "" otherwise."""

    name: str
    position: SourcePosition
    goal: str = ""
    difficulty: float = 0.0
    tried: int = 0
    accepted: int = 0
    refused: dict[str, int] = {}
    sketches: tuple[SketchReport, ...] = ()
    reason: str = ""


class DecomposeReport(_Model):
    """What `gentzen decompose --json` prints."""

    schema_version: int = SCHEMA_VERSION
    file: str
    runtime: str
    lean_version: str
    targets: tuple[DecompositionReport, ...]
