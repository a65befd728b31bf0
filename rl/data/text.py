"""Statements as texts, up to the names of their variables: for comparing where Lean cannot be asked.

Two texts that are equal here are copies of each other; two that differ may still be the same statement, which is for
the goal key to tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import chain, pairwise

from decompose.text import TokenKind, tokens
from prover.bench.problems import normalised, statement_only
from rl.data.files import sha256

_OPENERS = frozenset("([{⟨⦃")
_BINDING = frozenset({"∀", "∃", "fun", "λ", "Σ", "Π"})
_ALIKE: Mapping[str, str] = {"lemma": "theorem", "ℕ": "Nat", "ℤ": "Int", "ℚ": "Rat", "λ": "fun", "->": "→", "<=": "≤"}
_ALIKE = {**_ALIKE, ">=": "≥", "!=": "≠", "/\\": "∧", "\\/": "∨", "=>": "↦"}
_NAME = re.compile(r"[^\W\d][\w'!?₀-₉]*")
_DECLARING = frozenset({"def", "abbrev", "theorem", "structure", "inductive", "class", "opaque", "axiom", "instance"})


def words(text: str) -> list[str]:
    """The tokens that are no comments, synonyms alike."""
    found = (token.text for token in tokens(text) if token.kind is not TokenKind.COMMENT)
    return [_ALIKE.get(word, word) for word in found]


def statement_words(theorem: str) -> list[str]:
    """The tokens of a theorem from its binders to its type: no attributes, no keyword, no name, no proof."""
    found = normalised(statement_only(theorem)).split(" ") if theorem.strip() else []
    found = [_ALIKE.get(word, word) for word in found]
    starts = [number for number, word in enumerate(found) if word in ("theorem", "example")]
    if not starts:
        return found
    first = starts[-1] + (2 if found[starts[-1]] == "theorem" else 1)
    return found[first:]


def variables(found: Iterable[str]) -> frozenset[str]:
    """Names that the tokens bind: before the colon of a bracket, after a quantifier, in the pattern of a case."""
    names: set[str] = set()
    waiting: list[str] = []
    binding, pattern = False, False
    for word in found:
        if word == "|":
            waiting, binding, pattern = [], False, True
        elif pattern and word == "↦":
            names.update(waiting)
            waiting, pattern = [], False
        elif pattern:
            waiting += [word] if _NAME.fullmatch(word) else []
        elif word in _BINDING or word in _OPENERS:
            waiting, binding = [], True
        elif word in (":", ",", "↦", "∈", "<", "≤") and binding:
            names.update(waiting)
            waiting, binding = [], False
        elif binding and _NAME.fullmatch(word):
            waiting.append(word)
        elif binding:
            waiting, binding = [], False
    return frozenset(names)


def declared(preamble: str) -> frozenset[str]:
    """Names that a file declares, last parts only."""
    found = words(preamble)
    pairs = pairwise(found)
    return frozenset(name.rpartition(".")[2] for keyword, name in pairs if keyword in _DECLARING)


def anonymous(found: Iterable[str], names: Iterable[str]) -> list[str]:
    """The tokens with `names` numbered by first occurrence; `xs` in `xs.length` too."""
    known, numbers = frozenset(names), dict[str, str]()
    result = []
    for word in found:
        first, dot, rest = word.partition(".")
        number = numbers.setdefault(first, f"_{len(numbers)}") if first in known else first
        result.append(f"{number}{dot}{rest}")
    return result


def text_key(theorem: str, preamble: str = "") -> str:
    """Equal for theorems whose texts differ in layout, comments, names of variables and of the theorem. With a
    `preamble` its definitions count too, whatever they are called; variables are those of their own command."""
    found = statement_words(theorem)
    above = words(preamble)
    if not above:
        return sha256(" ".join(anonymous(found, variables(found))))
    own = declared(preamble)
    plain = [anonymous(command, variables(command) - own) for command in (*_commands(above), found)]
    said = [
        f"{word}·" if word.startswith("_") else word for word in chain.from_iterable((*plain[:-1], ["⊢"], plain[-1]))
    ]
    return sha256(" ".join(anonymous(said, own)))


def _commands(found: list[str]) -> list[list[str]]:
    """The tokens of a file, cut where a declaration begins."""
    starts = [0, *(number for number, word in enumerate(found) if word in _DECLARING and number), len(found)]
    return [found[first:last] for first, last in pairwise(starts)]


def grams(theorem: str, n: int) -> frozenset[str]:
    """Hashes (16 hex digits) of the statement's windows of `n` tokens, the variables of each numbered from 0: the same
    wherever they occur and whatever the variables are called. Shorter statements have none."""
    found = statement_words(theorem)
    names = variables(found)
    windows = (found[at : at + n] for at in range(len(found) - n + 1))
    return frozenset(sha256(" ".join(anonymous(window, names)))[:16] for window in windows)
