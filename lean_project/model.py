"""Values that cross every boundary: positions, messages, goals, holes, commands, snapshots, limits.

Offsets are bytes of UTF-8 from the start of the code they belong to; lines are 1-based and columns 0-based in code
points, as Lean reports them.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

Document = dict[str, Any]
"""A term document as docs/protocol.md defines it; data, not to be believed before a kernel has accepted it."""


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True)
class Position:
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Message:
    """What Lean said. `kind` is Lean's own tag (`hasSorry`, ...), "" where it has none; decide by it, not by `text`."""

    severity: Severity
    text: str
    start: Position
    end: Position | None = None
    kind: str = ""

    @property
    def is_error(self) -> bool:
        return self.severity is Severity.ERROR


@dataclass(frozen=True, slots=True)
class Binder:
    """A hypothesis or variable of a goal, in order of its context. `name` as Lean has it, macro scopes erased.

    `accessible`: a proof can refer to it by `name` (no later one shadows it, and no macro made it). `is_instance`:
    instance-implicit. `is_let`: it has a value. `is_prop`: its type is a proposition."""

    name: str
    accessible: bool
    is_prop: bool = False
    is_instance: bool = False
    is_let: bool = False


@dataclass(frozen=True, slots=True)
class ClosedGoal:
    """A goal as one closed term: its target under a `∀` (or `let`) for each entry of its local context, in order.

    `document`: a term document (docs/protocol.md) whose only constant, of kind "axiom" and named `gentzen.goal`, has
    the closed term as its type; its `levels` are the goal's universe parameters. `binders` are the ones that stand for
    the local context, outermost first; the target may begin with more.
    """

    document: Document
    binders: tuple[Binder, ...]


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal as Lean pretty-prints it (hypotheses, then `⊢` and the target). `is_prop`: the target is a proposition.

    `closed` is None when `why_open` says why there is no closed form (metavariables, ...), or nothing asked for it.
    """

    text: str
    is_prop: bool
    closed: ClosedGoal | None = field(default=None, compare=False)
    why_open: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Hole:
    """A `sorry` in the source text. `syntax` is "tactic" or "term"; a term hole has one goal, its expected type.

    `goals` is empty when goals were not asked for or Lean never elaborated that piece of text.
    """

    start: int
    end: int
    position: Position
    syntax: str
    declaration: str
    goals: tuple[Goal, ...] = ()

    @property
    def is_proof(self) -> bool:
        """Every goal here is a proposition (and there is one): a proof is missing, not a program."""
        return bool(self.goals) and all(goal.is_prop for goal in self.goals)


@dataclass(frozen=True, slots=True)
class Definition:
    """A piece of a snapshot that is no text: constants that go through the kernel only. `json`: their term document."""

    json: str

    @property
    def document(self) -> Document:
        document: Document = json.loads(self.json)
        return document


@dataclass(frozen=True)
class Snapshot:
    """An immutable state of Lean, as a recipe: a header, then pieces of code elaborated on top of it, oldest first.

    Equal recipes are equal snapshots, whichever worker materialises them. `key` is a content hash (hex, 64 digits).
    """

    header: str
    code: tuple[str | Definition, ...] = ()

    @cached_property
    def key(self) -> str:
        digest = hashlib.sha256(self.header.encode())
        for piece in self.code:
            marker, text = (b"D", piece.json) if isinstance(piece, Definition) else (b"", piece)
            data = text.encode()
            digest.update(b"\0%s%d\0" % (marker, len(data)))
            digest.update(data)
        return digest.hexdigest()

    def then(self, code: str) -> Snapshot:
        """The snapshot after `code` was elaborated here."""
        return Snapshot(self.header, (*self.code, code))

    def define(self, document: Document) -> Snapshot:
        """The snapshot with the document's constants (def, theorem, axiom, opaque) added by the kernel.

        Nothing happens yet: requests on it raise RequestError where the kernel refuses them."""
        text = json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return Snapshot(self.header, (*self.code, Definition(text)))

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Snapshot) and self.key == other.key


@dataclass(frozen=True, slots=True)
class Command:
    """One command of the elaborated code. `declarations`: names that it declared, internal ones left out."""

    kind: str
    start: int
    end: int
    messages: tuple[Message, ...] = ()
    holes: tuple[Hole, ...] = ()
    declarations: tuple[str, ...] = ()

    @property
    def has_error(self) -> bool:
        return any(message.is_error for message in self.messages)


@dataclass(frozen=True, slots=True)
class Opened:
    """A header that was read. `snapshot` is None when the header is in error; `messages` then say why."""

    snapshot: Snapshot | None
    header_end: int
    imports: tuple[str, ...]
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Elaboration:
    """What came of elaborating code on a snapshot. `snapshot` is the state after the last command.

    `lean_seconds` is the wall time that Lean itself spent on it; `cached` says that this was some time before.
    """

    commands: tuple[Command, ...]
    snapshot: Snapshot
    lean_seconds: float = 0.0
    cached: bool = False

    @property
    def messages(self) -> tuple[Message, ...]:
        return tuple(message for command in self.commands for message in command.messages)

    @property
    def holes(self) -> tuple[Hole, ...]:
        return tuple(hole for command in self.commands for hole in command.holes)

    @property
    def has_error(self) -> bool:
        return any(command.has_error for command in self.commands)


@dataclass(frozen=True, slots=True)
class LibraryTheorem:
    """A theorem that an import brings: its name as Lean prints it, its module, and the constants of its statement."""

    name: str
    module: str
    constants: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The value of a closed `Nat` as Lean's kernel computes it: a hint like every other answer of a worker.

    `value` is None when the code has an error (`messages`) or the normal form is no numeral (`stuck`: its head).
    """

    value: int | None
    messages: tuple[Message, ...] = ()
    stuck: str = ""
    lean_seconds: float = 0.0
    cached: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one request. `seconds`: wall clock, enforced from outside. `heartbeats`: the value of Lean's option
    `maxHeartbeats` (its default is 200,000); None leaves the code's own setting. Memory is bounded per
    worker (`PoolSettings.memory_limit`), not per request."""

    seconds: float = 60.0
    heartbeats: int | None = None


@dataclass(frozen=True, slots=True)
class LibraryConstant:
    """A constant that a document mentions but does not define, as the auditor's own import knows it.

    `axioms`: those that it rests on, as far as the runtime can see (docs/protocol.md, `replay`). `noncomputable`: the
    library's author marked it so, since Lean's compiler refused it."""

    name: str
    kind: str
    axioms: tuple[str, ...] = ()
    noncomputable: bool = False


@dataclass(frozen=True, slots=True)
class Replay:
    """The kernel's answer to a document. `constant` and `message` say what it refused, when it did."""

    accepted: bool
    constant: str = ""
    message: str = ""
    library: dict[str, LibraryConstant] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RuntimeInfo:
    """Which Lean answers: `runtime` is "embedded", "native" or "fake"."""

    runtime: str
    lean_version: str
    lean_commit: str = ""
