"""Proof problems turned into synthesis tasks: their programs are taken out, in memory."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from decompose.text import Token, TokenKind, tokens
from prover.synth.layout import signature_end

_COMMANDS = frozenset({"def", "abbrev", "theorem", "lemma", "instance", "structure", "inductive", "class", "open"})
_COMMANDS |= frozenset({"namespace", "section", "end", "variable", "set_option", "example", "macro", "notation"})
_PROOFS = frozenset({"theorem", "lemma", "example", "instance"})


@dataclass(frozen=True, slots=True)
class Opened:
    """`group`: benchmark and split. `text`: a whole file with one program hole."""

    group: str
    name: str
    text: str


def problems(source: Path) -> list[Opened]:
    """One task for each program of a JSONL file (fields `id`, `split`, `header`, `statement`): all statements about the
    same program with the same header are one specification.

    Left out: problems whose header proves something (its proofs would be about the program that is missing), and those
    whose program cannot be told apart from the specification. Raises ValueError on lines that are no such records.
    """
    grouped: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for number, line in enumerate(source.read_text(encoding="utf-8").splitlines(), 1):
        try:
            record = json.loads(line)
            key = (record["header"], main_program(record["header"], record["statement"]) or "")
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{source}, line {number}: not a problem with `header` and `statement`") from error
        if key[1]:
            grouped.setdefault(key, []).append(record)
    made = []
    for (header, program), records in grouped.items():
        opened = without_program(header, program)
        if opened is not None:
            first = records[0]
            imports = "".join(f"import {name}\n" for name in first.get("imports", ()))
            statements = "\n\n".join(record["statement"] for record in records)
            group, _, name = first["id"].rpartition("/")
            split = "" if first.get("split") in (None, "main", "aux") else f" {first['split']}"
            text = f"{imports}{opened.rstrip()}\n\n{statements}\n"
            made.append(Opened(f"{group}{split}", name, text))
    return made


def main_program(header: str, statement: str) -> str | None:
    """The name of the program that the statement is about: the last definition of the header that the statement names
    and that gives data. None where there is none, or the header holds proofs."""
    mentioned = {token.text for token in tokens(statement) if token.kind is TokenKind.WORD}
    found = None
    for code in _commands(header):
        keyword = next((token.text for token in code if token.text in _COMMANDS), "")
        if keyword in _PROOFS:
            return None
        if keyword == "def":
            at = next(i for i, token in enumerate(code) if token.text == "def")
            end = signature_end(header, code, at + 1, len(code))
            last = next((t.text for t in reversed(code[at:end]) if t.text not in (":=", "|")), "")
            name = code[at + 1].text if at + 1 < len(code) else ""
            if name in mentioned and last not in ("Prop", "Type"):
                found = name
    return found


def without_program(header: str, program: str) -> str | None:
    """The header with `sorry` for the body of `program`; None when it cannot be found."""
    for code in _commands(header):
        at = next((i for i, token in enumerate(code) if token.text == "def"), None)
        if at is None or at + 1 >= len(code) or code[at + 1].text != program:
            continue
        end = signature_end(header, code, at + 1, len(code))
        if end >= len(code):
            return None
        cut = code[end].start if code[end].text == "|" else code[end - 1].start
        return f"{header[:cut].rstrip()} := sorry\n\n{header[code[-1].end :].lstrip()}"
    return None


def _commands(text: str) -> Iterable[list[Token]]:
    """The commands as far as layout shows them: a line that begins at the margin begins one, unless it goes on."""
    group: list[Token] = []
    for token in tokens(text):
        if token.kind is TokenKind.COMMENT:
            continue
        margin = token.start == 0 or text[token.start - 1] == "\n"
        starts = margin and (token.text in _COMMANDS or token.text in ("@", "private", "noncomputable", "protected"))
        if starts and group and not _only_modifiers(group):
            yield group
            group = []
        group.append(token)
    if group:
        yield group


def _only_modifiers(group: list[Token]) -> bool:
    """`@[simp]` on a line of its own, for one."""
    return not any(token.text in _COMMANDS for token in group)
