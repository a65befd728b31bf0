"""Synthesis tasks out of proof problems: the programs of Verina's tasks, or of problems in JSON lines, are taken out.

Helpers that nothing but the program mentions go with it: a helper that computes the whole result, left in its place,
would be the program under another name. Everything here is read off the text; what it gets wrong does not elaborate.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from decompose.text import Token, TokenKind, tokens
from lean_project.errors import UserError
from prover.bench.jsonl import notations
from prover.bench.published import verina
from prover.synth.layout import signature_end

_COMMANDS = frozenset({"def", "abbrev", "theorem", "lemma", "instance", "structure", "inductive", "class", "open"})
_COMMANDS |= frozenset({"namespace", "section", "end", "variable", "set_option", "example", "macro", "notation"})
_OPENING, _CLOSING = frozenset("([{⟨⦃"), frozenset(")]}⟩⦄")
_PROOFS = frozenset({"theorem", "lemma", "example", "instance"})
_MARK = re.compile(r"^[ \t]*-- !benchmark @(?:start|end)[^\n]*\n?", re.MULTILINE)
_CONDITION = re.compile(r"(?:pre|post)cond(?:ition)?\Z", re.IGNORECASE)
_NEAR = 8


@dataclass(frozen=True, slots=True)
class Task:
    """A specification with one program hole. `group`: benchmark and split. `name`: unique in its source, and fit to
    name a file. `id`: as the source has it. `text`: the whole file."""

    group: str
    name: str
    id: str
    text: str


def holds_tasks(path: Path) -> bool:
    """Whether the path is read by `read_tasks`, and is no specification itself. Raises UserError on text that is no
    UTF-8."""
    if path.is_dir() or path.suffix == ".jsonl":
        return True
    return path.name == "task.lean" and path.is_file() and "-- !benchmark @start" in _read(path)


def read_tasks(source: Path) -> list[Task]:
    """The tasks of a JSONL file (fields `id`, `header`, `statement`; `split` and `imports` where there are), of a
    Verina task (`task.lean`), or of a folder with such tasks in it.

    All statements about the same program with the same header are one specification. Left out: problems whose header
    proves something (its proofs would be about the program that is missing), those whose program cannot be told apart
    from the specification, and programs in `mutual` blocks. Raises UserError for what is no such file.
    """
    if source.suffix == ".jsonl":
        return _opened(_records(source))
    folder = source if source.is_dir() else source.parent
    return _opened([_verina_record(problem.id, problem.text) for problem in verina(folder)])


def select(tasks: Sequence[Task], only: str | None, source: Path) -> list[Task]:
    """The task of that name or id; all of them for None. Raises UserError where there is none."""
    found = [task for task in tasks if only is None or only in (task.name, task.id)]
    if not tasks:
        raise UserError(
            f"{source} has no task with a program to take out: a definition that a statement is about, and a header "
            "without proofs."
        )
    if not found:
        near = [task.name for task in tasks if only is not None and only.lower() in task.id.lower()]
        shown = ", ".join((near or [task.name for task in tasks])[:_NEAR])
        raise UserError(f"No task of {source} is called {only}. There are {shown}, ... Give --only one of its names.")
    return found


def _records(source: Path) -> list[dict[str, Any]]:
    found = []
    for number, line in enumerate(_read(source).splitlines(), 1):
        try:
            record = json.loads(line)
            fits = all(isinstance(record[key], str) for key in ("id", "header", "statement"))
        except (ValueError, KeyError, TypeError):
            fits = False
        if not fits:
            raise UserError(f"{source}, line {number}: not a problem with `id`, `header` and `statement`.")
        found.append(record)
    return found


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path} cannot be read: {error}. Give a file in UTF-8 that is there.") from error


def _verina_record(id: str, text: str) -> dict[str, Any]:
    plain = _MARK.sub("", text)
    at = plain.rfind("theorem ")
    return {"id": f"verina/{id}", "header": plain[: max(at, 0)], "statement": plain[max(at, 0) :].rstrip()}


def _opened(records: Iterable[dict[str, Any]]) -> list[Task]:
    grouped: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for record in records:
        program = main_program(record["header"], record["statement"])
        if program is not None:
            grouped.setdefault((record["header"], program), []).append(record)
    made: list[Task] = []
    for (header, program), same in grouped.items():
        statements = "\n\n".join(record["statement"] for record in same)
        opened = without_program(header, program, statements)
        if opened is None:
            continue
        first = same[0]
        # Without imports such a problem is stated over Std, here as in `gentzen bench`.
        imports = "".join(f"import {name}\n" for name in first.get("imports") or ["Std"])
        if not first.get("imports"):
            imports += "".join(f"{line}\n" for line in notations(opened, statements))
        group, _, name = first["id"].rpartition("/")
        split = "" if first.get("split") in (None, "main", "aux") else f" {first['split']}"
        text = f"{imports}{opened.rstrip()}\n\n{statements}\n"
        plain = re.sub(r"[^\w.-]|^\.+", "_", name) or "task"
        taken = {task.name for task in made}
        unique = next(n for n in (plain, *(f"{plain}-{k}" for k in range(2, len(made) + 3))) if n not in taken)
        made.append(Task(f"{group}{split}", unique, first["id"], text))
    return made


def main_program(header: str, statement: str) -> str | None:
    """The name of the program that the statement is about: the last definition of the header that the statement names,
    that gives data, and whose head says of what type (without its body nobody could tell). None where there is none, or
    the header holds proofs."""
    mentioned = {token.text for token in tokens(statement) if token.kind is TokenKind.WORD}
    found = None
    for code in _commands(header):
        keyword = next((token.text for token in code if token.text in _COMMANDS), "")
        if keyword in _PROOFS or any(token.text == "mutual" for token in code):
            return None
        if keyword == "def":
            at = next(i for i, token in enumerate(code) if token.text == "def")
            end = signature_end(header, code, at + 1, len(code))
            last = next((t.text for t in reversed(code[at:end]) if t.text not in (":=", "|")), "")
            name = code[at + 1].text if at + 1 < len(code) else ""
            if name in mentioned and _gives_data(name, last) and _is_typed(code[at:end]):
                found = name
    return found


def _gives_data(name: str, result: str) -> bool:
    """Whether a definition is a program: no proposition or type by the last word of its head, and no pre- or
    postcondition by its name, which may be a `Bool`."""
    return result not in ("Prop", "Type") and _CONDITION.search(name) is None


def without_program(header: str, program: str, statements: str = "") -> str | None:
    """The header with `sorry` for the body of `program`, and without the definitions that only this body mentioned;
    None when the program cannot be found."""
    for code in _commands(header):
        at = _defines(code)
        if at is None or code[at + 1].text != program:
            continue
        end = signature_end(header, code, at + 1, len(code))
        if end >= len(code):
            return None
        cut = code[end].start if code[end].text == "|" else code[end - 1].start
        helpers = _words(code[end:]) - {program}
        opened = f"{header[:cut].rstrip()} := sorry\n\n{header[code[-1].end :].lstrip()}"
        return _without_helpers(opened, helpers, program, statements)
    return None


def _without_helpers(header: str, helpers: set[str], program: str, statements: str) -> str:
    """Take out definitions of these names that nothing mentions any more, and then those that they alone mentioned."""
    while True:
        groups = list(_commands(header))
        for number, code in enumerate(groups):
            at = _defines(code)
            if at is None or code[at + 1].text not in helpers:
                continue
            others = [_words(group) for i, group in enumerate(groups) if i != number]
            if code[at + 1].text in set().union(_words(tokens(statements)), *others):
                continue
            helpers |= _words(code) - {program}
            header = f"{_undocumented(header[: code[0].start])}\n\n{header[code[-1].end :].lstrip()}".lstrip()
            break
        else:
            return header


def _undocumented(above: str) -> str:
    """The text without a doc comment at its end, which would be one of the next command."""
    found = [token for token in tokens(above) if token.text.strip()]
    last = found[-1] if found else None
    is_doc = last is not None and last.kind is TokenKind.COMMENT and last.text.startswith("/--")
    return above[: last.start].rstrip() if is_doc and last is not None else above.rstrip()


def _is_typed(signature: Sequence[Token]) -> bool:
    """Whether a definition's head has a colon outside of brackets."""
    depth = 0
    for token in signature:
        depth += (token.text in _OPENING) - (token.text in _CLOSING)
        if token.text == ":" and not depth:
            return True
    return False


def _defines(code: Sequence[Token]) -> int | None:
    """Where a command has its `def`, with a name after it."""
    at = next((i for i, token in enumerate(code) if token.text == "def"), None)
    return None if at is None or at + 1 >= len(code) else at


def _words(code: Iterable[Token]) -> set[str]:
    return {token.text for token in code if token.kind is TokenKind.WORD}


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
