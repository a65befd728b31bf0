"""Expressions in a program's text as far as mutations need them: atoms, applications on one line, operands."""

from __future__ import annotations

from collections.abc import Iterator

from decompose.text import TokenKind
from prover.synth.layout import KEYWORDS, Body

Atom = tuple[int, int]
"""Numbers of its first and its last token."""

PRECEDENCE = (
    {"^": 75, "*": 70, "/": 70, "%": 70, "::": 67, "+": 65, "-": 65, "++": 65}
    | dict.fromkeys(("<", "≤", "<=", ">", "≥", ">=", "=", "≠", "==", "!=", "∈", "∉", "∣"), 50)
    | {"&&": 35, "∧": 35, "||": 30, "∨": 30}
)
"""How tightly Lean's infix operators bind."""

_PLAIN = frozenset({TokenKind.WORD, TokenKind.NUMBER, TokenKind.STRING})
_CLOSING = frozenset({")", "]", "}", "⟩", "?"})


def text(body: Body, atom: Atom) -> str:
    return body.source[body.code[atom[0]].start : body.code[atom[1]].end]


def atom(body: Body, i: int) -> Atom | None:
    """The atom that begins with token `i`: a name, a literal, or brackets, with projections and indices after it."""
    if i >= len(body.code) or i in body.fixed:
        return None
    if body.code[i].kind in _PLAIN and body.code[i].text not in KEYWORDS:
        last = i
    elif i in body.closer:
        last = body.closer[i]
    elif body.code[i].text == "." and i + 1 < len(body.code) and body.joined(i + 1):
        last = i + 1
    else:
        return None
    while last + 1 < len(body.code) and body.joined(last + 1):
        follows = body.code[last + 1].text
        if follows in ("?", "!"):
            last += 1
        elif follows == "[" and last + 1 in body.closer:
            last = body.closer[last + 1]
        elif follows == "." and last + 2 < len(body.code) and body.joined(last + 2):
            last += 2
        else:
            break
    return None if last in body.fixed else (i, last)


def application(body: Body, i: int) -> list[Atom] | None:
    """The function and the arguments that begin with token `i`, on one line; the function alone where it has none.
    None: no function begins there."""
    first = atom(body, i)
    if first is None or is_argument(body, i):
        return None
    if body.code[i].kind is not TokenKind.WORD and body.code[i].text != ".":
        return None
    found = [first]
    while True:
        after = found[-1][1] + 1
        following = atom(body, after)
        if following is None or body.starts_line(after) or body.joined(after):
            return found
        found.append(following)


def applications(body: Body) -> Iterator[list[Atom]]:
    """All with an argument at least, those inside brackets included."""
    for i in range(len(body.code)):
        found = application(body, i)
        if found is not None and len(found) > 1:
            yield found


def is_argument(body: Body, i: int) -> bool:
    """Token `i` stands directly behind another atom, on its line."""
    if i == 0 or body.starts_line(i) or i - 1 in body.fixed:
        return False
    before = body.code[i - 1]
    if before.kind in _PLAIN:
        return before.text not in KEYWORDS
    return before.text in _CLOSING or (before.text == "." and body.joined(i))


def is_head(body: Body, i: int) -> bool:
    """A function that is applied to something."""
    found = application(body, i)
    return found is not None and len(found) > 1


def is_projection(body: Body, i: int) -> bool:
    """A part of `x.y` or `x[i]`."""
    after = i + 1 < len(body.code) and body.joined(i + 1) and body.code[i + 1].text in (".", "[")
    return after or (i > 0 and body.code[i - 1].text == "." and body.joined(i))


def is_infix(body: Body, i: int) -> bool:
    """There is an operand on the left of token `i`; so it is no sign."""
    if i == 0 or i - 1 in body.fixed:
        return False
    before = body.code[i - 1]
    return (before.kind in _PLAIN and before.text not in KEYWORDS) or before.text in _CLOSING or before.text == "·"


def left(body: Body, i: int) -> Atom | None:
    """The operand in front of the operator `i`, where it is an atom or an application and really its operand."""
    for start in range(i):
        if start in body.fixed or is_argument(body, start):
            continue
        found, single = application(body, start), atom(body, start)
        end = found[-1][1] if found is not None else single[1] if single is not None else -1
        if end == i - 1:
            return None if start and _tighter(body, start - 1, i) else (start, end)
    return None


def right(body: Body, i: int) -> Atom | None:
    """The operand behind the operator `i`, likewise."""
    single = atom(body, i + 1)
    if single is None:
        return None
    found = application(body, i + 1)
    end = single[1] if found is None else found[-1][1]
    return None if end + 1 < len(body.code) and _tighter(body, end + 1, i) else (i + 1, end)


def _tighter(body: Body, other: int, than: int) -> bool:
    """The operator `other` takes the operand from the operator `than`."""
    return PRECEDENCE.get(body.code[other].text, 0) > PRECEDENCE.get(body.code[than].text, 0)
