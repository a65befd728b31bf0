"""Field notation written out: `t.push []` as Lean prints it becomes `push t []`, so that a call reads the same wherever
it stands, and type abbreviations become what they stand for. Heuristic, like all reading of text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from decompose.reading import argument_texts, group_before, last_part
from decompose.signatures import Function
from decompose.text import TokenKind, tokens

_ROUNDS = 8


def written_out(text: str, functions: Iterable[Function], variables: Iterable[str]) -> str:
    """`text` with every call `x.f a` of a function of the file, `x` one of `variables` or a bracketed term, as `f x a`.

    Left alone where the receiver is not the function's first explicit argument.
    """
    known = {last_part(each.name): each for each in functions if each.explicit}
    names = frozenset(variables)
    for _ in range(_ROUNDS):
        changed = _once(text, known, names)
        if changed == text:
            break
        text = changed
    return text


def _once(text: str, known: dict[str, Function], names: frozenset[str]) -> str:
    """The first such call written out."""
    found = [token for token in tokens(text) if token.kind is not TokenKind.COMMENT]
    for at, token in enumerate(found):
        if token.kind is not TokenKind.WORD:
            continue
        parts = token.text.split(".")
        group = group_before(text, found, at - 1) if at and found[at - 1].text == "." else ""
        if group:
            parts, start = [group, *parts], found[at - 1].start - len(group)
        elif parts[0] in names:
            start = token.start
        else:
            continue
        for count in range(1, len(parts)):
            function = known.get(parts[count])
            if function is None:
                continue
            receiver = ".".join(parts[:count])
            rest = parts[count + 1 :]
            if rest:
                return f"{text[:start]}({function.name} {receiver}).{'.'.join(rest)}{text[token.end :]}"
            more = argument_texts(text, found, at + 1)
            end = token.end
            if more:
                end = text.index(more[-1], _after(text, token.end, more[:-1])) + len(more[-1])
            return _put(text, start, end, " ".join((function.name, receiver, *more)))
    return text


def _after(text: str, start: int, skipped: Iterable[str]) -> int:
    for each in skipped:
        start = text.index(each, start) + len(each)
    return start


def _put(text: str, start: int, end: int, call: str) -> str:
    """The call in that place, in brackets unless it has some or nothing could be taken for its function."""
    before, after = text[:start].rstrip(), text[end:].lstrip()
    if (before.endswith("(") and after.startswith(")")) or (not before and not after):
        return f"{text[:start]}{call}{text[end:]}"
    return f"{text[:start]}({call}){text[end:]}"


def unabbreviated(type_text: str, functions: Iterable[Function]) -> str:
    """The type with the file's abbreviations of types (`abbrev Bits := List Bool`) written out, once."""
    for each in functions:
        body = " ".join(each.body.removeprefix(":=").split())
        if not each.reducible or each.explicit or not re.fullmatch(r"[\w. ()×]+", body) or each.name == body:
            continue
        if re.search(rf"(?<![\w.]){re.escape(each.name)}(?![\w.'])", type_text):
            whole = body if type_text.strip() == each.name else f"({body})"
            type_text = re.sub(rf"(?<![\w.]){re.escape(each.name)}(?![\w.'])", whole, type_text)
    return type_text
