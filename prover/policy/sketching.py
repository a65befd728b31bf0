"""What a sketch leaves open: `sorry` where a whole step, case or bullet stands becomes a goal that is left.

Published provers write `have h : p := by sorry`, `· sorry` and `| nil => sorry`. Only what stands at the margin of the
proof can be left: a goal inside a bullet or a case has to be closed there. Any other `sorry` stays in the text, where
Lean's word about the proof and the trusted check deal with it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from decompose.text import TokenKind, tokens

_HAVE_SORRY = re.compile(r":=\s*(?:by\s+)?sorry\b")
_BULLET = re.compile(r"[·.]\s*(?=\S)")
_CASES = re.compile(r".*\bwith\s*\Z")
_ARROW = re.compile(r"=>")
REST = "all_goals sorry"
"""How a sketch says that whatever is left may stay."""
_REST = (["sorry"], REST.split())
LATER = "rotate_left"
"""In place of an open bullet: its goal goes to the end, and the next bullet has the next goal."""


def opened(tactics: str) -> str:
    """The block with a goal left for every open step at its margin; as it was where there is none.

    `have h : p := by sorry` becomes `have h : p := ?_`, a case `| nil => sorry` of `induction`, `cases` or `match`
    `| nil => ?_`, a bullet `· sorry` `rotate_left`; a last line `sorry` or `all_goals sorry` falls away, and what it
    stood for is left. Goals that are left come after all others.
    """
    steps = list(_steps(tactics.split("\n")))
    made = [_step(step) for step in steps]
    if len(made) > 1 and _words(made[-1]) in _REST:
        made.pop()
    return "\n".join(made)


def _steps(lines: list[str]) -> Iterator[str]:
    """The steps at the margin, each with the lines that belong to it: indented ones, empty ones, and cases."""
    own: list[str] = []
    for line in lines:
        goes_on = not line.strip() or line[0].isspace() or line.startswith("|")
        if own and not goes_on:
            yield "\n".join(own)
            own = []
        own.append(line)
    if own:
        yield "\n".join(own)


def _step(text: str) -> str:
    if text.startswith("have "):
        body = text.rstrip()
        left = _HAVE_SORRY.sub("", body, count=1).strip()
        return _HAVE_SORRY.sub(":= ?_", body) if _HAVE_SORRY.search(body) and left and _ends_open(body) else text
    bullet = _BULLET.match(text)
    if bullet is not None:
        return LATER if _is_open(text[bullet.end() :]) else text
    return _cases(text)


def _cases(text: str) -> str:
    """The open ones among the cases of one step; cases within cases have to be closed where they stand."""
    head, *lines = text.split("\n")
    margin = min((_indent(line) for line in lines if line.lstrip().startswith("|")), default=None)
    if margin is None or not _CASES.fullmatch(head):
        return text
    cases: list[list[str]] = [[]]
    for line in lines:
        if line.lstrip().startswith("|") and _indent(line) == margin:
            cases.append([])
        cases[-1].append(line)
    return "\n".join((head, *(_case("\n".join(each)) for each in cases if each)))


def _case(text: str) -> str:
    arrow = _ARROW.search(text)
    return f"{text[: arrow.end()]} ?_" if arrow is not None and _is_open(text[arrow.end() :]) else text


def _is_open(text: str) -> bool:
    return _words(text) in (["sorry"], ["by", "sorry"], ["exact", "sorry"])


def _ends_open(text: str) -> bool:
    """One `sorry`, and it is the last thing said."""
    words = _words(text)
    return words.count("sorry") == 1 and words[-1] == "sorry"


def _words(text: str) -> list[str]:
    return [token.text for token in tokens(text) if token.kind is not TokenKind.COMMENT and token.text.strip()]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
