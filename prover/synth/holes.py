"""Program holes of a file, what may stand in them, and the file with one filled."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from decompose.spec import Exclusion, SpecFile
from decompose.text import Edit, TokenKind, apply_edits, tokens
from lean_project.model import Hole

_ALLOW = re.compile(r"^\s*--\s*gentzen:\s*allow\s+(.+?)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ProgramHole:
    """`def f (x : T) : R := sorry`. `name`: its full name. `command`: an index into `SpecFile.commands`.

    `head`: the command's text up to its body, `:=` included.
    """

    name: str
    command: int
    hole: Hole
    head: str

    @property
    def short(self) -> str:
        """The name as it was declared, which a recursive body calls it by."""
        return self.name.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may stand in a hole. `body`: the text after `:=`. `helpers`: declarations that go above its command.

    `origin`: what proposed it, for people and reports.
    """

    body: str
    helpers: tuple[str, ...] = ()
    origin: str = ""

    @property
    def text(self) -> str:
        return "\n\n".join((*self.helpers, self.body))


def program_holes(spec: SpecFile) -> tuple[ProgramHole, ...]:
    """The definitions whose whole body is one `sorry`, in order."""
    found = []
    for excluded in spec.excluded:
        if excluded.exclusion is not Exclusion.PROGRAM:
            continue
        for number, command in enumerate(spec.commands):
            hole = next((h for h in command.holes if h.position == excluded.position), None)
            if hole is None or len(command.holes) != 1:
                continue
            head = spec.slice(command.start, hole.start).rstrip()
            tail = [t for t in tokens(spec.slice(hole.end, command.end)) if t.kind is not TokenKind.COMMENT]
            if head.endswith(":=") and not any(t.text.strip() for t in tail) and excluded.declaration:
                found.append(ProgramHole(excluded.declaration, number, hole, head))
    return tuple(found)


def allowed_functions(text: str) -> tuple[str, ...]:
    """Names in comments `-- gentzen: allow NAME ...`: functions of the specification that a program may call."""
    return tuple(dict.fromkeys(name for line in _ALLOW.findall(text) for name in line.split()))


def fill(spec: SpecFile, filled: Iterable[tuple[ProgramHole, Candidate]]) -> str:
    """The text of the file with these holes filled."""
    edits: list[Edit] = []
    for hole, candidate in filled:
        command = spec.commands[hole.command]
        edits.append(Edit(hole.hole.start, hole.hole.end, _indented(candidate.body)))
        if candidate.helpers:
            above = "\n\n".join(helper.strip("\n") for helper in candidate.helpers) + "\n\n"
            edits.append(Edit(command.start, command.start, above))
    return apply_edits(spec.text, sorted(edits, key=lambda edit: edit.start))


def declaration(hole: ProgramHole, candidate: Candidate) -> str:
    """The commands that declare the candidate: its helpers and the definition."""
    return "\n\n".join((*candidate.helpers, f"{hole.head} {_indented(candidate.body)}"))


def _indented(body: str) -> str:
    """A body of several lines begins on a line of its own, two columns in."""
    lines = body.strip("\n").split("\n")
    if len(lines) == 1:
        return lines[0].strip()
    margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    # `termination_by` and the like belong to the declaration, not to the body.
    return "\n" + "\n".join(
        line[margin:]
        if line[margin:].startswith(("termination_by", "decreasing_by", "where"))
        else "  " + line[margin:]
        for line in lines
    )
