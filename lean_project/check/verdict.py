"""What the trusted check says: levels, reasons, verdicts."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Level(StrEnum):
    """How far a result was checked (docs/soundness.md). L0 is a hint and never a proof."""

    L0 = "L0"
    L1 = "L1"
    L2 = "L2"
    L3 = "L3"


class Code(StrEnum):
    """Why something was not accepted."""

    ELABORATION_ERROR = "ELABORATION_ERROR"
    """Lean reported an error in the header, in the declaration, or (for the file) anywhere."""
    NOT_READ = "NOT_READ"
    """`#exit`: Lean never looked at the rest of the file."""
    IMPORTS_DIFFER = "IMPORTS_DIFFER"
    MALFORMED_DOCUMENT = "MALFORMED_DOCUMENT"
    KERNEL_REJECTED = "KERNEL_REJECTED"
    MISSING = "MISSING"
    """No constant of that full name was added."""
    KIND_CHANGED = "KIND_CHANGED"
    """A theorem became a definition, an axiom, ..."""
    STATEMENT_CHANGED = "STATEMENT_CHANGED"
    """Its type differs from the reference's, or something that its type is about does."""
    SORRY = "SORRY"
    """Open: it rests on `sorryAx`."""
    AXIOM = "AXIOM"
    """It rests on an axiom that is not allowed."""
    UNSAFE = "UNSAFE"
    """It rests on an unsafe or partial constant, or redeclares a primitive of the kernel."""
    UNKNOWN_CONSTANT = "UNKNOWN_CONSTANT"
    """It rests on a constant that neither the file nor the auditor's import has."""
    ATTRIBUTE = "ATTRIBUTE"
    """The file adds `implemented_by`, `extern`, `csimp` or `init` where the reference has none."""
    NONCOMPUTABLE = "NONCOMPUTABLE"
    """A filled program hole reaches, outside proofs, what cannot be computed: an axiom, an opaque constant, ..."""
    SPECIFICATION_USED = "SPECIFICATION_USED"
    """A filled program hole calls a function of its own specification."""
    PROGRAM_REFUSED = "PROGRAM_REFUSED"
    """It rests on a filled program hole that was not accepted."""


@dataclass(frozen=True, slots=True)
class Reason:
    """`detail` is one line for people; decide by `code`."""

    code: Code
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}" if self.detail else str(self.code)


@dataclass(frozen=True, slots=True)
class TargetVerdict:
    """One declaration. `statement` is the hash (hex) of the reference's statement, "" where there is none.

    `axioms`: everything that the candidate's declaration rests on, allowed or not; empty when nobody could look.
    """

    name: str
    reasons: tuple[Reason, ...]
    axioms: tuple[str, ...] = ()
    statement: str = ""
    level: Level = Level.L0

    @property
    def accepted(self) -> bool:
        """Proved, at `level`."""
        return not self.reasons and self.level is not Level.L0


@dataclass(frozen=True, slots=True)
class FileVerdict:
    """A whole file. `reasons` concern the file itself; those that spoil all targets are in theirs too.

    `disproofs`: for each target that was claimed to be false; one that is `accepted` is false, for sure.
    `programs`: for each program hole that the caller named; one that is `accepted` was filled with a program.
    """

    targets: tuple[TargetVerdict, ...]
    reasons: tuple[Reason, ...]
    lean_version: str
    reference_sha256: str
    candidate_sha256: str
    disproofs: tuple[TargetVerdict, ...] = ()
    programs: tuple[TargetVerdict, ...] = ()
    tools: tuple[str, ...] = field(default=())
    """What else looked at the file, with versions (levels L2 and L3)."""

    @property
    def accepted(self) -> bool:
        """Every target is proved, every program hole that was named is filled, and nothing is wrong with the file."""
        return not self.reasons and all(each.accepted for each in (*self.targets, *self.programs))

    @property
    def level(self) -> Level:
        """The lowest level among the targets; L0 unless the whole file is accepted."""
        return min((target.level for target in self.targets), default=Level.L1) if self.accepted else Level.L0

    def target(self, name: str) -> TargetVerdict:
        """The verdict on `name`. Raises KeyError."""
        for target in self.targets:
            if target.name == name:
                return target
        raise KeyError(name)
