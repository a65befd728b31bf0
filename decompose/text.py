"""Bytes of a Lean file to the text that Lean sees, and back.

Lean gets LF line endings and no byte order mark; the written file gets the original ones back, line by line.
All offsets are bytes of UTF-8 in the text that Lean sees; lines are 1-based and columns 0-based in code points.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

from lean_project.errors import UserError
from lean_project.model import Position

_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the bytes `start` to `end` of a text by `replacement`."""

    start: int
    end: int
    replacement: str


class OverlappingEditsError(ValueError):
    """Two edits touch the same bytes; a bug in the caller."""


def ordered(edits: Iterable[Edit]) -> list[Edit]:
    """The edits by position. Raises OverlappingEditsError."""
    result = sorted(edits, key=lambda edit: (edit.start, edit.end))
    for before, after in pairwise(result):
        if after.start < before.end or after.start == before.start:
            raise OverlappingEditsError(f"edits overlap at byte {after.start}")
    return result


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """`text` with all edits made at once; their offsets are those of `text`, whatever their order."""
    data = text.encode()
    pieces: list[bytes] = []
    at = 0
    for edit in ordered(edits):
        pieces += [data[at : edit.start], edit.replacement.encode()]
        at = edit.end
    return b"".join([*pieces, data[at:]]).decode()


class LineIndex:
    """Byte offsets to positions and back, for one text."""

    def __init__(self, text: str) -> None:
        self.data = text.encode()
        self._starts = [0, *(match.end() for match in re.finditer(b"\n", self.data))]

    def position(self, offset: int) -> Position:
        """The position of the byte `offset` (one past the last byte is allowed)."""
        line = bisect_right(self._starts, offset)
        start = self._starts[line - 1]
        return Position(line, len(self.data[start:offset].decode(errors="replace")))

    def offset(self, position: Position) -> int:
        """The byte at `position`; columns past a line's end give its end, lines past the last the text's end."""
        if position.line > len(self._starts):
            return len(self.data)
        start = self._starts[position.line - 1]
        end = self._starts[position.line] - 1 if position.line < len(self._starts) else len(self.data)
        return start + len(self.data[start:end].decode()[: position.column].encode())

    def line_start(self, offset: int) -> int:
        """The first byte of the line that holds the byte `offset`."""
        return self._starts[bisect_right(self._starts, offset) - 1]


@dataclass(frozen=True)
class SourceText:
    """A file as Lean sees it (`text`), and what it takes to give the original bytes back.

    `crlf` holds the byte offsets, in `text`, of the line feeds that were CR LF in the file.
    """

    text: str
    bom: bool = False
    crlf: frozenset[int] = field(default=frozenset())

    @property
    def size(self) -> int:
        """Bytes of `text`."""
        return len(self.text.encode())

    @property
    def line_ending(self) -> str:
        """The ending that new lines get: the one that most lines have, LF in a tie."""
        return "\r\n" if 2 * len(self.crlf) > self.text.count("\n") else "\n"

    def render(self, edits: Iterable[Edit] = ()) -> bytes:
        """The file's bytes with `edits` made; every byte outside them is as it was in the file."""
        data = self.text.encode()
        ending = self.line_ending.encode()
        pieces = [_BOM] if self.bom else []
        at = 0
        for edit in ordered(edits):
            pieces += [self._original(data, at, edit.start), edit.replacement.encode().replace(b"\n", ending)]
            at = edit.end
        pieces.append(self._original(data, at, len(data)))
        return b"".join(pieces)

    def _original(self, data: bytes, start: int, end: int) -> bytes:
        if not self.crlf:
            return data[start:end]
        pieces: list[bytes] = []
        at = start
        while (feed := data.find(b"\n", at, end)) >= 0:
            pieces += [data[at:feed], b"\r\n" if feed in self.crlf else b"\n"]
            at = feed + 1
        return b"".join([*pieces, data[at:end]])


def decode(data: bytes, name: str = "the file") -> SourceText:
    """Read a file's bytes. Raises UserError when they are not UTF-8 text."""
    bom = data.startswith(_BOM)
    body = data[len(_BOM) :] if bom else data
    try:
        body.decode()
    except UnicodeDecodeError as error:
        raise UserError(
            f"{name} is not UTF-8 text (byte {error.start + (3 if bom else 0)}); Lean reads UTF-8 only. "
            "Save it as UTF-8 and run again."
        ) from None
    crlf: set[int] = set()
    for removed, match in enumerate(re.finditer(b"\r\n", body)):
        crlf.add(match.start() - removed)
    return SourceText(body.replace(b"\r\n", b"\n").decode(), bom, frozenset(crlf))


class TokenKind(StrEnum):
    WORD = "word"
    NUMBER = "number"
    STRING = "string"
    COMMENT = "comment"
    SYMBOL = "symbol"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of Lean source as a reader sees it. `start` and `end` are indices of code points, not bytes."""

    kind: TokenKind
    text: str
    start: int
    end: int


_LETTER = r"[^\W\d]|[ₐ-ₜᵢ-ᵪ₀-₉Ͱ-Ͽἀ-῾℀-⅏𝒜-𝖟]"
_WORD = re.compile(
    rf"(?:«[^»\n]*»|(?:{_LETTER})(?:\w|{_LETTER}|['!?])*)(?:\.(?:«[^»\n]*»|(?:\w|{_LETTER})(?:\w|{_LETTER}|['!?])*))*✝?[⁰¹²³⁴-⁹]*"
)
_NUMBER = re.compile(r"\d[\w]*")
_STRING = re.compile(r'"(?:\\.|[^"\\])*"', re.DOTALL)
_CHAR = re.compile(r"'(?:\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)|[^'\\\n])'")
_RAW = re.compile(r'r(#*)"')
_OPERATOR = re.compile(r"<;>|:=|=>|<-|\.\.\.?|::|&&|\|\||==|!=|<=|>=|->")


def tokens(text: str) -> Iterator[Token]:
    """Lexical tokens of Lean source: comments (nested) and string literals are one token each; an unclosed one runs to
    the end. An approximation good for layout and for reading names; what decides anything is Lean's own parser."""
    at = 0
    while at < len(text):
        char = text[at]
        if char.isspace():
            at += 1
            continue
        kind, end = _token_at(text, at)
        yield Token(kind, text[at:end], at, end)
        at = end


def _token_at(text: str, at: int) -> tuple[TokenKind, int]:
    if text.startswith("--", at):
        end = text.find("\n", at)
        return TokenKind.COMMENT, len(text) if end < 0 else end
    if text.startswith("/-", at):
        return TokenKind.COMMENT, _comment_end(text, at)
    if match := _RAW.match(text, at):
        close = text.find('"' + match.group(1), match.end())
        return TokenKind.STRING, len(text) if close < 0 else close + 1 + len(match.group(1))
    if text[at] == '"':
        literal = _STRING.match(text, at)
        return TokenKind.STRING, literal.end() if literal else len(text)
    if char := _CHAR.match(text, at):
        return TokenKind.STRING, char.end()
    if word := _WORD.match(text, at):
        return TokenKind.WORD, word.end()
    if number := _NUMBER.match(text, at):
        return TokenKind.NUMBER, number.end()
    if operator := _OPERATOR.match(text, at):
        return TokenKind.SYMBOL, operator.end()
    return TokenKind.SYMBOL, at + 1


def _comment_end(text: str, at: int) -> int:
    depth = 0
    for match in re.compile(r"/-|-/").finditer(text, at):
        depth += 1 if match.group() == "/-" else -1
        if depth == 0:
            return match.end()
    return len(text)
