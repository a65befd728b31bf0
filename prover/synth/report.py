"""What `gentzen synth --json` prints: one `SynthReport` per file. docs/synthesis.md documents it."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from prover.report import Level, TargetReport

SCHEMA_VERSION = 1


class SynthStatus(StrEnum):
    """What became of a file. Only `VERIFIED` has a program that the trusted check accepted with all theorems."""

    VERIFIED = "verified"
    UNPROVED = "unproved"
    """A program passed all tests, and some theorem about it was not proved."""
    OPEN = "open"
    """No program passed the tests."""
    LIMIT = "limit"
    MACHINERY = "machinery"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)


class CandidateReport(_Model):
    """A program that was tried. `fate`: of `prover.synth.tester.Fate`, or `refused` (by the check), `unproved`,
    `disproved`, `verified`. `reason`: the test that killed it, what Lean said, which theorems stayed open."""

    text: str
    origin: str
    fate: str
    reason: str = ""


class HoleReport(_Model):
    """One program hole. `program`: what stands in it in the output (or stood in the best attempt), None without one.

    `tried`: distinct candidates; `fates`: how many ended how. `candidates`: the last of them, at most 60. `killers`:
    the tests that killed candidates, most recent first. `untestable`: theorems that no test can decide, with reasons.
    `examples`: inputs whose right results the theorems determine. `forbidden`: functions of its specification.
    """

    name: str
    program: str | None = None
    helpers: tuple[str, ...] = ()
    origin: str = ""
    tried: int = 0
    fates: dict[str, int] = {}
    candidates: tuple[CandidateReport, ...] = ()
    killers: tuple[str, ...] = ()
    untestable: dict[str, str] = {}
    examples: int = 0
    forbidden: tuple[str, ...] = ()
    note: str = ""


class Measured(_Model):
    """A verified program and what it costs. `size`: tokens; `calls`: recursive calls that are written in it;
    `tail_recursive`: each of them is the last thing that it does; False where there is none. `steps`: definitions that
    Lean's kernel unfolds while it computes the result, for each of `SynthReport.pareto_inputs`; () where not known."""

    program: str
    size: int
    calls: int
    tail_recursive: bool
    steps: tuple[int, ...] = ()


class SynthReport(_Model):
    """One file. `level` and `output` are None unless verified. `theorems`: what the last proof attempt came to.

    `pareto`: with --pareto, the verified programs that no other verified one beats in every respect; `pareto_inputs`:
    the inputs on which their steps were counted.
    """

    schema_version: int = SCHEMA_VERSION
    file: str
    runtime: str = ""
    lean_version: str = ""
    status: SynthStatus = SynthStatus.OPEN
    level: Level | None = None
    output: str | None = None
    holes: tuple[HoleReport, ...] = ()
    theorems: tuple[TargetReport, ...] = ()
    pareto: tuple[Measured, ...] = ()
    pareto_inputs: tuple[str, ...] = ()
    seconds: float = 0.0
    lean_calls: int = 0
    reason: str = ""
    error: str | None = None
    interrupted: bool = False

    @property
    def exit_code(self) -> int:
        if self.interrupted:
            return 130
        if self.error is not None:
            return 2
        return 0 if self.status is SynthStatus.VERIFIED else 1
