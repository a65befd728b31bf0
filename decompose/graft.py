"""Putting candidate proofs into holes.

A graft replaces the bytes of one `sorry` and nothing else. What comes of it is judged only after Lean has parsed it:
`escape` compares the commands that Lean saw with the ones it saw before, so a candidate that closes its slot and goes
on to declare things, or swallows what follows, is refused whatever its text looks like.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import replace

from decompose.text import Edit, LineIndex, TokenKind, apply_edits, tokens
from lean_project.model import Command, Hole

_CHAINING = ("<;>", ";", "|", "<|>", ")", ",", "⟩", "]", "}")
_BLOCK_OPENERS = ("by", "·", "=>")


def normalise(tactics: str) -> str:
    """A candidate's text without line-ending noise, common indentation, blank ends and a leading `by`."""
    text = tactics.replace("\r\n", "\n").strip("\n").rstrip()
    text = textwrap.dedent(text) if not text[:1].strip() else text
    if re.match(r"\s*by\b(?!')", text):
        rest = text.lstrip()[2:]
        first, newline, more = rest.partition("\n")
        text = (
            textwrap.dedent(more) if newline and not first.strip() else first.lstrip() + newline + textwrap.dedent(more)
        )
    return _without_last_comment(text.strip("\n"))


def _without_last_comment(text: str) -> str:
    """A line comment at the end would swallow what follows the slot on its line."""
    found = list(tokens(text))
    while found and found[-1].kind is TokenKind.COMMENT and found[-1].text.startswith("--"):
        text = text[: found.pop().start].rstrip()
    return text


def graft(code: str, hole: Hole, tactics: str) -> Edit:
    """The edit that puts `tactics` (a tactic block) where `hole` is in `code`; `hole`'s offsets are bytes of `code`.

    A tactic hole gets the block re-indented to its column, in parentheses where the surroundings could tear it apart;
    a term hole gets `by` and the block.
    """
    data = code.encode()
    index = LineIndex(code)
    before = data[index.line_start(hole.start) : hole.start].decode()
    following = data[hole.end :].decode().partition("\n")[0].strip()
    ends_line = not following or following.startswith(("--", "/-"))
    previous = _last_token(data[: hole.start].decode())
    block = normalise(tactics)
    column = index.position(hole.start).column
    if hole.syntax == "term":
        return Edit(
            hole.start, hole.end, _as_term(block, before, column, bare=ends_line and previous in (":=", "=>", "from"))
        )
    simple = "\n" not in block and not _has_top_level(block)
    safe = ends_line and previous not in _CHAINING and (previous in _BLOCK_OPENERS or not before.strip())
    if simple or safe:
        return Edit(hole.start, hole.end, indent(block, column))
    return Edit(hole.start, hole.end, "(" + indent(block, column + 1) + ")")


def grafts(code: str, proofs: Iterable[tuple[Hole, str]]) -> list[Edit]:
    """One edit for each hole with its tactics; the offsets of all are those of `code`."""
    return [graft(code, hole, tactics) for hole, tactics in proofs]


def grafted(code: str, proofs: Iterable[tuple[Hole, str]]) -> str:
    """`code` with every proof in its hole; the order does not matter."""
    return apply_edits(code, grafts(code, proofs))


def ungraft(code: str, edits: Sequence[Edit], text: str = "sorry") -> str:
    """Undo `edits` (whose offsets are those of the text before them): put `text` back into every slot of `code`."""
    back: list[Edit] = []
    shift = 0
    for edit in sorted(edits, key=lambda edit: edit.start):
        length = len(edit.replacement.encode())
        start = edit.start + shift
        back.append(Edit(start, start + length, text))
        shift += length - (edit.end - edit.start)
    return apply_edits(code, back)


def aligned(tactics: str, column: int) -> str:
    """A tactic block as it stands in a slot at `column`, for reading on its own: lines after the first begin as many
    columns further left, as far as all of them are blank there."""
    first, newline, rest = tactics.partition("\n")
    lines = rest.split("\n")
    shared = min((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), default=0)
    return first + newline + "\n".join(line[min(column, shared) :] if line.strip() else "" for line in lines)


def indent(block: str, column: int) -> str:
    """`block` with every line after the first moved right by `column`; lines that start inside a string stay put."""
    if "\n" not in block:
        return block
    inside = {
        number
        for token in tokens(block)
        if token.kind is TokenKind.STRING
        for number in range(block.count("\n", 0, token.start) + 1, block.count("\n", 0, token.end) + 1)
    }
    lines = block.split("\n")
    return "\n".join(
        line if number == 0 or number in inside or not line.strip() else " " * column + line
        for number, line in enumerate(lines)
    )


def _as_term(block: str, before: str, column: int, *, bare: bool) -> str:
    if "\n" not in block:
        return f"by {block}" if bare else f"(by {block})"
    if not bare:
        return "(by " + indent(block, column + 4) + ")"
    margin = len(before) - len(before.lstrip()) + 2
    if re.search(r"·|=>|;", before):
        return "by " + indent(block, column + 3)
    return "by\n" + " " * margin + indent(block, margin)


def _last_token(text: str) -> str:
    return next((t.text for t in reversed(list(tokens(text))) if t.kind is not TokenKind.COMMENT), "")


def _has_top_level(block: str) -> bool:
    """The block has, outside brackets, something that makes it more than one atomic tactic."""
    depth = 0
    for token in tokens(block):
        if token.text in "([{⟨":
            depth += 1
        elif token.text in ")]}⟩":
            depth -= 1
        elif depth == 0 and token.text in ("<;>", ";", "|", "with", "fun", "=>", "·"):
            return True
    return False


def escape(before: Sequence[Command], after: Sequence[Command], edits: Iterable[Edit], filled: Iterable[Hole]) -> str:
    """Why `after` is not `before` with exactly `edits` made in it, or "" when it is.

    `before` and `after` are what Lean saw in the text without and with the edits. Kinds and boundaries of the
    commands must be those of `before`, moved by the edits; the holes left must be those of `before` less `filled`.
    """
    changes = sorted(edits, key=lambda edit: edit.start)

    def after_edits(offset: int) -> int:
        return offset + sum(len(e.replacement.encode()) - (e.end - e.start) for e in changes if e.end <= offset)

    gone = {(hole.start, hole.end) for hole in filled}
    for old, new in zip(before, after, strict=False):
        if new.kind != old.kind or new.start != after_edits(old.start) or new.end != after_edits(old.end):
            return "the candidate does not stay inside its slot: Lean reads the commands around it differently"
        left = [hole for hole in old.holes if (hole.start, hole.end) not in gone]
        expected = [(after_edits(hole.start), after_edits(hole.end), hole.syntax) for hole in left]
        found = [(hole.start, hole.end, hole.syntax) for hole in new.holes]
        if sorted(found) != sorted(expected):
            if any(inside(hole, changes) for hole in new.holes):
                return "the candidate holds a `sorry` of its own"
            return "the candidate hides holes that were there before"
    if len(before) != len(after):
        return "the candidate does not stay inside its slot: Lean finds more or fewer commands than before"
    return ""


def inside(hole: Hole, changes: Sequence[Edit]) -> bool:
    """The hole, as seen in the text after `changes` (in order), lies in one of their replacements."""
    shift = 0
    for edit in changes:
        length = len(edit.replacement.encode())
        if edit.start + shift <= hole.start < edit.start + shift + length:
            return True
        shift += length - (edit.end - edit.start)
    return False


def moved(hole: Hole, by: int) -> Hole:
    """The hole as seen in a text that starts `-by` bytes later."""
    return replace(hole, start=hole.start + by, end=hole.end + by)
