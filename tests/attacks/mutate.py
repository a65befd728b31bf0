"""Small edits of a theorem's statement: what a careless or dishonest copy looks like."""

from __future__ import annotations

import re
from collections.abc import Iterator

SWAPS = {
    "≤": "<",
    "<": "≤",
    "≥": ">",
    ">": "≥",
    "=": "≠",
    "≠": "=",
    "+": "*",
    "*": "+",
    "-": "+",
    "∧": "∨",
    "∨": "∧",
    "∀": "∃",
    "∃": "∀",
    "↔": "→",
    "++": "∩",
    "Nat": "Int",
    "true": "false",
}
_TOKEN = re.compile(r"(?<![\w.'«»])(?:\d+|Nat|true)(?![\w.'«»])|\+\+|:=|=>|[≤<≥>≠+*∧∨∀∃↔-]|(?<![:!=])=(?![=>])")
# Dropping a variable is no mutation: `autoImplicit`, on by default, binds it again.
_HYPOTHESIS = re.compile(r" ?\(([hk]\d?) : [^()]*\)")


def statement_range(code: str, name: str) -> tuple[int, int] | None:
    """Where the statement of the last theorem `name` is, from after its name to its `:=`; None when there is none."""
    found = list(re.finditer(rf"^theorem (?:«?{re.escape(name)}»?)(?![\w.'«»])", code, re.MULTILINE))
    if not found:
        return None
    start = found[-1].end()
    end = re.search(r":=(?=\s+by\b|\s*$|\s)", code[start:])
    return (start, start + end.start()) if end else None


def mutants(code: str, name: str) -> Iterator[tuple[str, str]]:
    """(what was done, the code with that one edit) for every small edit of the statement of `name`."""
    span = statement_range(code, name)
    if span is None:
        return
    start, end = span
    statement = code[start:end]
    edits: list[tuple[int, int, str]] = []
    for match in _TOKEN.finditer(statement):
        token = match.group()
        if token.isdigit():
            edits.append((*match.span(), str(int(token) + 1)))
        elif token in SWAPS:
            edits.append((*match.span(), SWAPS[token]))
    for match in _HYPOTHESIS.finditer(statement):
        edits.append((*match.span(), ""))
        edits.append((match.end(), match.end(), " (extra : False)"))
    for a, b, new in edits:
        old = statement[a:b] or "nothing"
        yield f"{old.strip()} at {a} to {new.strip() or 'nothing'}", code[: start + a] + new + code[start + b :]
