"""The steps of a tactic block: which one failed, what was good before it, and Lyra's tool correction.

Lines are counted from 0 in the block. Reading of text by its layout; Lean judges whatever comes out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from decompose.text import TokenKind, tokens

_CONTINUES = ("<;>", "|", ")", "]", "}", "⟩", "+", "*", "=", "∧", "∨", "→", "at ", "with ", "using ", "_ ", "else")
_LEAD = re.compile(r":=\s*by\s+|=>\s*(?:by\s+)?|·\s+|\bfrom\s+by\s+|\bby\s+|<;>\s*")
_BRACKETS = {"(": ")", "[": "]", "{": "}", "⟨": "⟩"}
CLOSERS: tuple[str, ...] = ("rfl", "assumption", "omega", "decide", "simp_all", "grind")
"""What Lean itself offers to end a goal, cheapest first: what a failing step is replaced by (Lyra, whose tool was
Sledgehammer)."""
MOST_CORRECTIONS = 4


@dataclass(frozen=True, slots=True)
class Trouble:
    """An error's place in a block: 0-based lines and columns. `unsolved`: the place is a whole sub-proof that leaves
    goals, and not a step that failed. A line below 0 stands for the block itself."""

    line: int
    column: int
    end_line: int | None = None
    unsolved: bool = False


def top_steps(block: str) -> list[tuple[int, int]]:
    """First and one past the last line of every step at the block's margin."""
    lines = block.split("\n")
    margin = min((_margin(line) for line in lines if line.strip()), default=0)
    found: list[tuple[int, int]] = []
    for number, line in enumerate(lines):
        begins = bool(line.strip()) and _margin(line) == margin and not line.lstrip().startswith(_CONTINUES)
        if begins or not found:
            found.append((number, number + 1))
        else:
            found[-1] = (found[-1][0], number + 1)
    return found


def kept(block: str, line: int) -> str:
    """The steps before the one that `line` is in, "" when it is in the first."""
    lines = block.split("\n")
    for start, end in top_steps(block):
        if line < end:
            return "\n".join(lines[:start]).rstrip()
    return block.rstrip()


def first_step(block: str) -> str:
    """The first step of a block."""
    start, end = top_steps(block)[0]
    return "\n".join(block.split("\n")[start:end]).strip()


def closer(more: Iterable[str] = ()) -> str:
    """One tactic that tries every closer, `more` first."""
    return "(first | " + " | ".join(f"({each})" for each in dict.fromkeys((*more, *CLOSERS))) + ")"


def corrected(block: str, troubles: Sequence[Trouble], replacement: str) -> str | None:
    """The block with every failing step replaced, and every sub-proof that leaves goals followed, by `replacement`.

    None where nothing can be changed. Statements of `have` steps stay. At most `MOST_CORRECTIONS` places."""
    lines = block.split("\n")
    chosen: dict[int, Trouble] = {}
    for trouble in sorted(troubles, key=lambda each: each.line):
        if trouble.line < len(lines) and len(chosen) < MOST_CORRECTIONS:
            chosen.setdefault(trouble.line, trouble)
    changed = len(lines)  # From here on the lines are not those that the places were given for.
    for trouble in sorted(chosen.values(), key=lambda each: -each.line):
        if trouble.line >= changed:
            continue
        if trouble.unsolved:
            _finish(lines, trouble, replacement)
        elif trouble.line >= 0:
            changed = _replace(lines, trouble, replacement)
    result = "\n".join(lines)
    return None if result == block else result


def _margin(line: str) -> int:
    return len(line) - len(line.lstrip())


def _extent(lines: list[str], line: int) -> tuple[int, int]:
    """The step that begins on `line`, or that `line` continues: its first and one past its last line."""
    start = line
    while start > 0 and (not lines[start].strip() or lines[start].lstrip().startswith("<;>")):
        start -= 1
    end = start + 1
    while end < len(lines) and (
        not lines[end].strip()
        or _margin(lines[end]) > _margin(lines[start])
        or (_margin(lines[end]) == _margin(lines[start]) and lines[end].lstrip().startswith("<;>"))
    ):
        end += 1
    return start, end


def _replace(lines: list[str], trouble: Trouble, replacement: str) -> int:
    """Replace the step that is in trouble; the first line that this changed."""
    start, end = _extent(lines, trouble.line)
    first = lines[trouble.line]
    lead = [match.end() for match in _LEAD.finditer(first) if match.end() <= max(trouble.column, 0)]
    if lead and trouble.line == start:
        tail = "\n".join((first[lead[-1] :], *lines[start + 1 : end]))
        if _balanced(tail):
            lines[start:end] = [first[: lead[-1]] + replacement]
            return start
    body = re.match(r"\s*(?:·\s+)*", lines[start])
    assert body is not None
    lines[start:end] = [body[0] + replacement]
    return start


def _finish(lines: list[str], trouble: Trouble, replacement: str) -> None:
    """Put `replacement` where the sub-proof that begins at the trouble's place ends."""
    if trouble.line < 0:
        margin = _margin(lines[0])
        lines.append(" " * margin + f"all_goals {replacement}")
        return
    opener = lines[trouble.line]
    end = trouble.line + 1
    while end < len(lines) and (not lines[end].strip() or _margin(lines[end]) > _margin(opener)):
        end += 1
    inner = [line for line in lines[trouble.line + 1 : end] if line.strip()]
    if inner:
        lines.insert(end, " " * _margin(inner[0]) + f"all_goals {replacement}")
    elif re.search(r"(?:·|=>|\bby)\s+\S", opener):
        lines[trouble.line] = f"{opener} <;> {replacement}"


def _balanced(text: str) -> bool:
    waiting: list[str] = []
    for token in tokens(text):
        if token.kind is not TokenKind.SYMBOL:
            continue
        if token.text in _BRACKETS:
            waiting.append(_BRACKETS[token.text])
        elif token.text in _BRACKETS.values() and (not waiting or waiting.pop() != token.text):
            return False
    return not waiting
