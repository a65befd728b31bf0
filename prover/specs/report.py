"""What `gentzen spec-check --json` prints (docs/spec-check.md)."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

SCHEMA_VERSION = 1


class Kind(StrEnum):
    VACUOUS = "vacuous"
    """No input satisfies a theorem's hypotheses."""
    CONTRADICTION = "contradiction"
    """No program satisfies all of these theorems."""
    VIOLATED = "violated"
    """The program does not satisfy a theorem."""
    TOO_WEAK = "too_weak"
    """Another program satisfies all theorems, too, as far as tests see, and differs from the given one."""
    UNCONSTRAINED = "unconstrained"
    """At an input, every output that was tried satisfies all theorems. A remark: preconditions may mean it so."""


class Certainty(StrEnum):
    TESTED = "tested"
    """Lean's kernel computed what the finding says, on values; that nothing else exists was not proved."""
    PROVED = "proved"
    """The trusted check accepted a proof (L1)."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)


class Finding(_Model):
    """`theorems`: those concerned. `program`: its full name, None where no program is concerned. `inputs`: values that
    show it. `change`: for too weak, what was changed in the program, and `other` the result. `tests`: how many were
    made. `proof`: the Lean theorem that proves the finding, where there is one."""

    kind: Kind
    certainty: Certainty
    theorems: tuple[str, ...] = ()
    program: str | None = None
    inputs: str = ""
    change: str = ""
    other: str = ""
    tests: int = 0
    proof: str = ""


class ProgramSummary(_Model):
    """What was examined of a program. `mutants`: single mutants that typecheck; `killed`, `equal` (proved or no
    difference found), `different`: what became of them. `inputs`: inputs at which other outputs were tried. `skipped`:
    what was not examined, and why."""

    name: str
    source: str | None
    mutants: int = 0
    killed: int = 0
    equal: int = 0
    different: int = 0
    inputs: int = 0
    skipped: tuple[str, ...] = ()


class TheoremSummary(_Model):
    """`satisfiable`: values that satisfy its hypotheses, None where it has none or none were found. `untested`: why it
    could not be tested on programs, None where it was."""

    name: str
    satisfiable: str | None = None
    untested: str | None = None


class SpecCheckReport(_Model):
    """`findings` in order of weight. The command ends with 1 when one of them is no remark (`is_fault`)."""

    schema_version: int = SCHEMA_VERSION
    file: str
    runtime: str
    lean_version: str
    theorems: tuple[TheoremSummary, ...]
    programs: tuple[ProgramSummary, ...]
    findings: tuple[Finding, ...]
    seconds: float = 0.0

    @property
    def faults(self) -> tuple[Finding, ...]:
        return tuple(each for each in self.findings if each.kind is not Kind.UNCONSTRAINED)
