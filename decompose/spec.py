"""Spec files: what a Lean file declares, which proofs it lacks, and where.

Everything about positions comes from the session (that is, from Lean's own parser); the text is read only for what
decides nothing: which keyword a declaration starts with, and whether a definition mentions itself.
All offsets and positions are those of the file (`SourceText.text`), not of the part after the header.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from decompose.text import LineIndex, SourceText, TokenKind, tokens
from lean_project.errors import LimitHit, UserError
from lean_project.model import Command, Goal, Hole, Limits, Message, Position, Severity, Snapshot
from lean_project.session import Session

EVALUATION_KINDS = frozenset(
    {
        "Lean.Parser.Command.eval",
        "Lean.Parser.Command.evalBang",
        "Lean.Parser.Command.runCmd",
        "Lean.runCmd",
        "Lean.runElab",
        "Lean.runMeta",
        "Lean.guardCmd",
        "Lean.Parser.Command.guardMsgsCmd",
        "Lean.guardMsgsCmd",
    }
)
"""Commands that only run code. The embedded runtime cannot run everything (docs/lean-runtime.md)."""

SORRY_MESSAGE = "hasSorry"
"""The tag of Lean's warning that a declaration rests on `sorry`."""

_DECLARATION_KIND = "Lean.Parser.Command.declaration"
_EXIT_KIND = "Lean.Parser.Command.exit"
_PROOF_KEYWORDS = frozenset({"theorem", "lemma"})
PROGRAM_KEYWORDS = frozenset({"def", "abbrev", "instance"})
_KEYWORDS = _PROOF_KEYWORDS | {
    "def",
    "abbrev",
    "instance",
    "example",
    "structure",
    "class",
    "inductive",
    "opaque",
    "axiom",
}


_MEND = "Mend the errors above and run again."
_OWN_LIBRARY = frozenset({"Init", "Std", "Lean", "Lake"})
_FOREIGN = (
    "The Lean that comes with gentzen has only Lean's own library (Init, Std, Lean). A file that imports Mathlib or "
    "another package needs the Lean of its Lake project: put it there, or name the project with --project DIR."
)


class SpecError(UserError):
    """The file does not elaborate as it stands. `messages` are Lean's errors, at the file's positions."""

    def __init__(self, name: str, messages: tuple[Message, ...], advice: str = _MEND) -> None:
        self.name, self.messages = name, messages
        said = "\n".join(format_message(name, message) for message in messages)
        super().__init__(
            f"{said}\n{name} does not elaborate as it stands, so no proof in it could be checked. {advice}"
        )


class TargetKind(StrEnum):
    PROOF = "proof"
    """A proposition to prove."""
    WITNESS = "witness"
    """A value inside a proof, such as the number in `⟨sorry, sorry⟩ : ∃ n, p n`."""


class Exclusion(StrEnum):
    """Why a `sorry` of the file is not a target."""

    PROGRAM = "program"
    """It stands for a value of a program, not for a proof."""
    HIDDEN = "hidden"
    """It comes out of a macro (`admit`, or one of the user's own), so there is no text to replace."""
    UNREACHED = "unreached"
    """Lean never elaborated it, so its goal is unknown."""


EXAMPLE = "_gentzen_example"
"""The check knows the k-th example of a file as `_gentzen_example.k`, since Lean gives it no name that lasts."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """Something that the file declares. `keyword`: the one it starts with (`theorem`, `def`, `inductive`, ...).

    `recursive`: its text mentions its own name. `names`: every identifier of its text (for heuristics only).
    """

    name: str
    keyword: str
    command: int
    recursive: bool
    names: frozenset[str]

    @property
    def is_proof(self) -> bool:
        return self.keyword in _PROOF_KEYWORDS


@dataclass(frozen=True, slots=True)
class Target:
    """A hole to fill. `name` is unique in the file: the declaration's, with `#k` added to its k-th hole where it has
    several, `example@LINE` for examples. `declaration`: the full name that the check knows it by.
    `command` is an index into `SpecFile.commands`."""

    name: str
    declaration: str
    kind: TargetKind
    command: int
    hole: Hole

    @property
    def goals(self) -> tuple[Goal, ...]:
        return self.hole.goals

    @property
    def position(self) -> Position:
        return self.hole.position

    def is_called(self, name: str) -> bool:
        """`name` is this target's name, its declaration's, or the end of either after a dot."""
        return any(own == name or own.endswith("." + name) for own in (self.name, self.name.split("#")[0]))


@dataclass(frozen=True, slots=True)
class Excluded:
    """A `sorry` that is reported but not worked on."""

    name: str
    declaration: str
    position: Position
    exclusion: Exclusion
    reason: str


@dataclass(frozen=True)
class SpecFile:
    """A file that elaborates, with its holes. `snapshot`: the state after the header. `notes`: remarks for the user."""

    name: str
    source: SourceText
    header_end: int
    snapshot: Snapshot
    commands: tuple[Command, ...]
    targets: tuple[Target, ...]
    excluded: tuple[Excluded, ...]
    declarations: tuple[Declaration, ...]
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return self.source.text

    def slice(self, start: int, end: int) -> str:
        """The text between two byte offsets."""
        return self.text.encode()[start:end].decode()

    def command_text(self, index: int) -> str:
        command = self.commands[index]
        return self.slice(command.start, command.end)

    def alone(self, index: int) -> tuple[str, int]:
        """The text of command `index` at its own column, blanks before it, and the file's offset of that text's start.

        Lean's layout rules look at columns; so they see the same in this text as in the file.
        """
        start = self.commands[index].start
        data = self.text.encode()
        padding = len(data[data.rfind(b"\n", 0, start) + 1 : start].decode())
        return " " * padding + self.command_text(index), start - padding

    def before(self, index: int) -> Snapshot:
        """The state that command `index` is elaborated in."""
        return self.snapshot.then(self.slice(self.header_end, self.commands[index].start)) if index else self.snapshot

    @property
    def ends_early(self) -> bool:
        """There is an `#exit`: Lean looked at nothing after it."""
        return any(command.kind == _EXIT_KIND for command in self.commands)


def format_message(name: str, message: Message) -> str:
    """As compilers print it: `name:line:column: severity: text`."""
    return f"{name}:{message.start.line}:{message.start.column}: {message.severity.value}: {message.text}"


def load_spec(
    source: SourceText, session: Session, limits: Limits | None = None, *, name: str = "the file"
) -> SpecFile:
    """Elaborate the file once and find its holes.

    Raises SpecError when Lean reports errors, UserError when `limits` run out, and whatever else the session raises.
    """
    limits = limits or Limits(seconds=300.0)
    try:
        opened = session.open(source.text, limits)
        if opened.snapshot is None:
            errors = tuple(m for m in opened.messages if m.is_error) or opened.messages
            foreign = {module.partition(".")[0] for module in opened.imports} - _OWN_LIBRARY
            raise SpecError(name, errors, _FOREIGN if foreign and session.info.runtime == "embedded" else _MEND)
        rest = source.text.encode()[opened.header_end :].decode()
        elaboration = session.elaborate(opened.snapshot, rest, limits, goals=True, keep=True)
    except LimitHit as hit:
        if hit.kind == "cancelled":
            raise
        raise UserError(
            f"{name} could not be elaborated as it stands: {hit}. Split the file into smaller ones and run again."
        ) from hit
    index = LineIndex(source.text)
    commands = tuple(_to_file(command, opened.header_end, index) for command in elaboration.commands)
    embedded = session.info.runtime == "embedded"
    _refuse_errors(name, opened.messages, commands, embedded)
    declarations = tuple(d for number, command in enumerate(commands) for d in declarations_of(number, command, index))
    targets, excluded = _classify(commands, index)
    return SpecFile(
        name=name,
        source=source,
        header_end=opened.header_end,
        snapshot=opened.snapshot,
        commands=commands,
        targets=targets,
        excluded=excluded,
        declarations=declarations,
        notes=tuple(_notes(name, commands, embedded)),
    )


def _to_file(command: Command, shift: int, index: LineIndex) -> Command:
    """The command with offsets and positions of the file. Lean counted from the end of the header."""
    base = index.position(shift)

    def move(position: Position) -> Position:
        first = position.line == 1
        return Position(position.line + base.line - 1, position.column + (base.column if first else 0))

    messages = tuple(replace(m, start=move(m.start), end=move(m.end) if m.end else None) for m in command.messages)
    holes = tuple(
        replace(hole, start=hole.start + shift, end=hole.end + shift, position=index.position(hole.start + shift))
        for hole in command.holes
    )
    return replace(command, start=command.start + shift, end=command.end + shift, messages=messages, holes=holes)


def _refuse_errors(name: str, header: Iterable[Message], commands: Iterable[Command], embedded: bool) -> None:
    errors = [message for message in header if message.is_error]
    for command in commands:
        if not (embedded and command.kind in EVALUATION_KINDS):
            errors += [message for message in command.messages if message.is_error]
    if errors:
        raise SpecError(name, tuple(errors))


def _notes(name: str, commands: tuple[Command, ...], embedded: bool) -> Iterable[str]:
    for command in commands:
        if command.kind == _EXIT_KIND:
            yield "the file ends early, at `#exit`; what follows was not looked at"
        if embedded and command.kind in EVALUATION_KINDS:
            for message in command.messages:
                if message.is_error:
                    text = message.text.strip().partition("\n")[0]
                    yield f"{name}:{message.start}: the embedded Lean could not run this command ({text})"


def declarations_of(number: int, command: Command, index: LineIndex) -> Iterable[Declaration]:
    """Pair the keywords in the command's text with the names that Lean says it declared."""
    text = index.data[command.start : command.end].decode()
    words = [token.text for token in tokens(text) if token.kind in (TokenKind.WORD, TokenKind.NUMBER)]
    starts = [at for at, word in enumerate(words) if word in _KEYWORDS]
    for at, until in pairwise([*starts, len(words)]):
        if at + 1 >= len(words):
            continue
        written = words[at + 1].removeprefix("_root_.")
        body = words[at + 2 : until]
        for name in command.declarations:
            if name == written or name.endswith("." + written):
                yield Declaration(name, words[at], number, _uses(body, name) > 0, frozenset(body))
                yield from _helpers(name, words[at], number, body, command.declarations)
                break


def _helpers(owner: str, keyword: str, number: int, body: list[str], declared: Iterable[str]) -> Iterable[Declaration]:
    """Functions that a definition declares with `where` or `let rec`: their names go on from its own."""
    for name in declared:
        uses = _uses(body, name)
        if keyword in PROGRAM_KEYWORDS and name.rpartition(".")[0] == owner and uses and {"where", "rec"} & set(body):
            yield Declaration(name, keyword, number, uses > 2, frozenset(body))


def _uses(words: list[str], name: str) -> int:
    """How many of a command's words stand for the declaration `name`: by its own name, as far as it is written, or as a
    field (`t.insert`) of a type of that name which the command mentions."""
    *scopes, last = name.split(".")
    written = [word.removeprefix("_root_.").split(".") for word in words]
    has_fields = any(scopes[-1] in each for each in written if each[-1] != last) if scopes else False
    meant = [owner for *owner, own in written if own == last]
    return sum(has_fields or owner == scopes[len(scopes) - len(owner) :] for owner in meant)


def _classify(commands: tuple[Command, ...], index: LineIndex) -> tuple[tuple[Target, ...], tuple[Excluded, ...]]:
    found: list[tuple[str, int, Hole, str]] = []
    excluded: list[Excluded] = []
    for number, command in enumerate(commands):
        rests_on_sorry = any(message.kind == SORRY_MESSAGE for message in command.messages)
        for hole in sorted(command.holes, key=lambda hole: hole.start):
            if not hole.goals and not rests_on_sorry:
                continue  # in a macro, or a branch that was not taken
            keyword = _keyword_before(index.data[command.start : hole.start].decode())
            found.append((_base_name(hole.declaration, index.position(command.start)), number, hole, keyword))
        if not command.holes:
            excluded += _hidden(command, index)
    examples = example_names(commands, index)
    counts = Counter(base for base, *_ in found)
    seen: Counter[str] = Counter()
    targets: list[Target] = []
    for base, number, hole, keyword in found:
        seen[base] += 1
        name = f"{base}#{seen[base]}" if counts[base] > 1 else base
        kind = _kind(hole, keyword, commands[number])
        if isinstance(kind, TargetKind):
            targets.append(Target(name, examples.get(number) or hole.declaration or base, kind, number, hole))
        else:
            excluded.append(
                Excluded(name, examples.get(number) or hole.declaration, hole.position, kind, _REASONS[kind])
            )
    return tuple(targets), tuple(sorted(excluded, key=lambda item: (item.position.line, item.position.column)))


def example_names(commands: tuple[Command, ...], index: LineIndex) -> dict[int, str]:
    """The commands (by number) that are examples, and their names in exports (docs/protocol.md, term documents)."""
    found: dict[int, str] = {}
    for number, command in enumerate(commands):
        if command.kind == _DECLARATION_KIND:
            text = index.data[command.start : command.end].decode()
            if next((token.text for token in tokens(text) if token.text in _KEYWORDS), "") == "example":
                found[number] = f"{EXAMPLE}.{len(found)}"
    return found


_REASONS = {
    Exclusion.PROGRAM: "a program is missing here, not a proof; `gentzen synth` finds programs",
    Exclusion.UNREACHED: "Lean never elaborated this `sorry`, so its goal is unknown",
}


def _kind(hole: Hole, keyword: str, command: Command) -> TargetKind | Exclusion:
    if hole.is_proof:
        return TargetKind.PROOF
    if not hole.goals:
        return Exclusion.UNREACHED
    proving = keyword in _PROOF_KEYWORDS or (keyword == "example" and any(other.is_proof for other in command.holes))
    return TargetKind.WITNESS if proving else Exclusion.PROGRAM


def _hidden(command: Command, index: LineIndex) -> list[Excluded]:
    """Declarations that rest on `sorry` although no `sorry` is written in them."""
    declaration = command.declarations[0] if command.declarations else ""
    return [
        Excluded(
            _base_name(declaration, index.position(command.start)),
            declaration,
            message.start,
            Exclusion.HIDDEN,
            "the `sorry` comes out of a macro such as `admit`; write `sorry` in its place to have it proved",
        )
        for message in command.messages
        if message.kind == SORRY_MESSAGE and message.severity is Severity.WARNING
    ]


def _keyword_before(text: str) -> str:
    words = [token.text for token in tokens(text) if token.kind is TokenKind.WORD and token.text in _KEYWORDS]
    return words[-1] if words else ""


_PRIVATE = re.compile(r"^_private\.(?:.*?\.)?\d+\.")


def plain_name(name: str) -> str:
    """The name as the user wrote it (Lean marks private names)."""
    return _PRIVATE.sub("", name)


def _base_name(declaration: str, command: Position) -> str:
    plain = plain_name(declaration)
    if not plain or plain.rpartition(".")[2] == "_example":
        return f"example@{command.line}"
    return plain
