"""The specification's own literals as components: limits, bases and marks that no general list of components has."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Sequence

from decompose.counterexample.values import Type
from decompose.text import TokenKind, tokens
from prover.synth.components import CHAR, INT, LARGE, NAT, STRING, Component

_MOST = 6
NEAR: tuple[Callable[[int], int], ...] = (lambda n: n, lambda n: n + 1, lambda n: n - 1, lambda n: 2 * n)
"""A number that is named, and those that it may be special for."""
_COMMON = (0, 1, 2)
"""Every program has them."""


def literals(text: str, types: Sequence[Type]) -> list[Component]:
    """Numbers, characters and strings of a specification's text, of these types; of each type the most frequent ones,
    those of examples counted less, since most of them are only inputs."""
    said, quoted = _written(text)
    found: list[Component] = []
    for number in said:
        found += (_constant(type_, str(number), number) for type_ in (NAT, INT) if type_ in types)
    for token_text in quoted:
        type_ = CHAR if token_text.startswith("'") else STRING
        value = _read(token_text)
        if type_ in types and value is not None and (type_ is STRING or len(value) == 1):
            found.append(_constant(type_, token_text, value))
    return found


def numbers(text: str) -> tuple[int, ...]:
    """The numbers of a specification's text beyond those that are tried anyway, the most frequent ones first."""
    return _written(text)[0]


def _written(text: str) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Numbers and quoted texts, the most frequent ones first."""
    counted: Counter[int] = Counter()
    quoted: Counter[str] = Counter()
    weight = 4
    for token in tokens(text):
        if token.kind is TokenKind.WORD and token.text in ("def", "theorem", "lemma", "example"):
            weight = 1 if token.text == "example" else 4
        elif token.kind is TokenKind.NUMBER and token.text.isdigit() and int(token.text) not in _COMMON:
            counted[int(token.text)] += weight
        elif token.kind is TokenKind.STRING:
            quoted[token.text] += weight
    said = tuple(number for number, _ in counted.most_common(_MOST) if number < LARGE)
    return said, tuple(each for each, _ in quoted.most_common(_MOST))


def _constant(type_: Type, text: str, value: int | str) -> Component:
    return Component(text, (), type_, text, lambda: value, builds=True)


def _read(text: str) -> str | None:
    """The string that a Lean literal means, as far as Python writes it in the same way."""
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return None
    return value if isinstance(value, str) else None


__all__ = ["NEAR", "literals", "numbers"]
