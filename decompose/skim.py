"""A file's commands and declarations by its text alone, for whoever has no Lean at hand.

Commands begin in the first column. Heuristic: it decides what is tried, never what is believed; `decompose.spec` asks
Lean.
"""

from __future__ import annotations

import re
from itertools import pairwise

from decompose.spec import SpecFile, Target, TargetKind, declarations_of
from decompose.text import LineIndex, decode
from lean_project.model import Command, Goal, Hole, Position, Snapshot

_START = re.compile(
    r"^(?=[^\s|)\]}⟩·])(?!where\b|termination_by\b|decreasing_by\b|deriving\b|end\s*$|--|-/)", re.MULTILINE
)
_DECLARED = re.compile(r"\b(?:def|abbrev|theorem|lemma|inductive|structure|class|opaque)\s+([^\s:({\[⦃]+)")
_LOCAL = re.compile(r"^\s+(?:where\s+|let rec\s+)?([^\W\d][\w']*)(?=\s*[:({\[][^\n]*:=?|\s*:)", re.MULTILINE)
_KINDS = {"variable": "Lean.Parser.Command.variable", "namespace": "Lean.Parser.Command.namespace"}


def skim(above: str, goal: str, name: str = "goal") -> tuple[SpecFile, Target]:
    """The file that has `above` before a theorem with this goal (as Lean prints it), and the theorem as a target. The
    spec has no snapshot that Lean could use."""
    text = f"{above.rstrip()}\n\ntheorem {name} : True := by\n  sorry\n"
    index = LineIndex(text)
    starts = [len(text[: found.start()].encode()) for found in _START.finditer(text)]
    commands: list[Command] = []
    scopes: list[str] = []
    for start, end in pairwise([*starts, len(index.data)]):
        code = index.data[start:end].decode()
        word = code.split(maxsplit=1)[0]
        if word == "namespace":
            scopes.append(code.split()[1])
        elif word == "section":
            scopes.append("")
        elif word == "end" and scopes:
            scopes.pop()
        commands.append(Command(_KINDS.get(word, "declaration"), start, end, declarations=_declared(code, scopes)))
    declarations = tuple(
        each for number, command in enumerate(commands) for each in declarations_of(number, command, index)
    )
    full = ".".join((*filter(None, scopes), name))
    hole = Hole(len(index.data) - 6, len(index.data) - 1, Position(1, 0), "tactic", full, (Goal(goal, True),))
    target = Target(full, full, TargetKind.PROOF, len(commands) - 1, hole)
    spec = SpecFile("the file", decode(text.encode()), 0, Snapshot(""), tuple(commands), (target,), (), declarations)
    return spec, target


def _declared(code: str, scopes: list[str]) -> tuple[str, ...]:
    prefix = ".".join(filter(None, scopes))
    names = [found[1] for found in _DECLARED.finditer(code)]
    if names and re.search(r"\bwhere\b|\blet rec\b", code):
        names += [f"{names[0]}.{found[1]}" for found in _LOCAL.finditer(code)]
    return tuple(f"{prefix}.{name}" if prefix else name for name in names)
