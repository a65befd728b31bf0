"""Reading goals as Lean prints them: locals, leading quantifiers, calls of functions.

Heuristic reading of text. It decides what is tried, never what is believed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from decompose.text import Token, TokenKind, tokens


@dataclass(frozen=True, slots=True)
class Local:
    """A local hypothesis as Lean prints it. Inaccessible ones (`✝`) cannot be named in a proof."""

    name: str
    type: str

    @property
    def is_accessible(self) -> bool:
        return "✝" not in self.name


@dataclass(frozen=True)
class Application:
    """A call of one of the file's functions in a goal: its name as it can be written there, and its arguments."""

    function: str
    arguments: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join((self.function, *self.arguments))


def parse_goal(text: str) -> tuple[tuple[Local, ...], str]:
    """The locals and the target of a goal as Lean pretty-prints it."""
    entries: list[str] = []
    for line in text.split("\n"):
        if line.startswith("case ") and not entries:
            continue
        if line.startswith(" ") and entries:
            entries[-1] += " " + line.strip()
        elif line.strip():
            entries.append(line)
    found: list[Local] = []
    target = ""
    for entry in entries:
        if entry.startswith("⊢"):
            target = entry[1:].strip()
            break
        names, colon, type_text = entry.partition(" : ")
        if colon:
            found += [Local(name, type_text.partition(" := ")[0].strip()) for name in names.split()]
    return tuple(found), target


def applications(text: str, functions: tuple[str, ...]) -> Iterator[Application]:
    """Calls of `functions` in `text`, arguments as far as they go; field notation `x.f` counts as `f x`."""
    found = [token for token in tokens(text) if token.kind is not TokenKind.COMMENT]
    for at, token in enumerate(found):
        if token.kind is TokenKind.WORD:
            for function in functions:
                for receiver, is_last in _mentions(text, found, at, function):
                    more = _arguments(text, found, at + 1) if is_last else ()
                    arguments = (*([receiver] if receiver else []), *more)
                    if arguments:
                        yield Application(function, arguments)


def _mentions(text: str, found: list[Token], at: int, function: str) -> Iterator[tuple[str, bool]]:
    """Where the word at `at` mentions `function`: the receiver ("" for none), and whether arguments can follow."""
    split = found[at].text.split(".")
    qualified, last = function.split("."), last_part(function)
    if found[at].text == function or (len(qualified) > 1 and split == qualified[-len(split) :]):
        if at and found[at - 1].text == "." and len(split) == 1:
            receiver = group_before(text, found, at - 1)
            if receiver:
                yield receiver, True
        elif len(split) == len(qualified) or len(split) == 1:
            yield "", True
        return
    for number, part in enumerate(split):
        if number and part == last and split[number - 1][:1].islower():
            yield ".".join(split[:number]), number == len(split) - 1


def group_before(text: str, found: list[Token], dot: int) -> str:
    """The bracketed text that ends just before the dot, "" when there is none."""
    depth = 0
    for back in range(dot - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(found[back].text, 0)
        if depth == 0:
            return text[found[back].start : found[dot - 1].end] if found[back].text == "(" else ""
    return ""


def argument_texts(text: str, found: list[Token], at: int) -> list[str]:
    """The arguments that stand from token `at` on, as far as they go."""
    return list(_arguments(text, found, at))


def _arguments(text: str, found: list[Token], at: int) -> Iterator[str]:
    while at < len(found):
        token = found[at]
        if token.text in _PAIRS:
            end = _group_after(found, at)
            if end > len(found):
                return
        elif token.kind in (TokenKind.WORD, TokenKind.NUMBER, TokenKind.STRING) and token.text not in _STOP_WORDS:
            end = at + 1
        else:
            return
        end = _indexed(found, end)
        yield text[token.start : found[end - 1].end]
        at = end


_PAIRS = {"(": ")", "[": "]", "⟨": "⟩", "{": "}"}


def _group_after(found: list[Token], at: int) -> int:
    """The index after the bracket that closes the one at `at`; beyond the end when nothing does."""
    depth = 0
    for end in range(at, len(found)):
        depth += (found[end].text in _PAIRS) - (found[end].text in _PAIRS.values())
        if depth == 0:
            return end + 1
    return len(found) + 1


def _indexed(found: list[Token], end: int) -> int:
    """`end`, or the index after what is stuck to the term that ends there: `[i]`, `[i]!`, `[i]?`."""
    while end < len(found) and found[end].text == "[" and found[end].start == found[end - 1].end:
        after = _group_after(found, end)
        if after > len(found):
            break
        end = after
        if end < len(found) and found[end].text in ("!", "?") and found[end].start == found[end - 1].end:
            end += 1
    return end


_STOP_WORDS = frozenset(
    {"with", "then", "else", "if", "fun", "let", "match", "do", "at", "in", "λ", "show", "have", "by"}
)


def introduce(target: str) -> tuple[tuple[Local, ...], str]:
    """The variables that the leading `∀` of `target` bind, with their types as far as written, and what is left of it.

    Stops before a binder that cannot be named as it is printed.
    """
    found: list[Local] = []
    rest = target.strip()
    while rest.startswith("∀"):
        at = _comma(rest)
        bound = _bound(rest[1:at]) if at else []
        if not bound or any("✝" in each.name or each.name == "_" for each in bound):
            break
        found += bound
        rest = rest[at + 1 :].strip()
    return tuple(found), rest


def _comma(text: str) -> int:
    """The index of the first comma outside brackets, 0 when there is none."""
    depth = 0
    for at, char in enumerate(text):
        depth += (char in "([{⟨⦃") - (char in ")]}⟩⦄")
        if char == "," and depth == 0:
            return at
    return 0


def _bound(binder: str) -> list[Local]:
    """`(x y : Nat) (h : p)`, `x y : Nat` or `x`; nothing for `x ∈ s` and the like, which also bind a proof."""
    groups = re.findall(r"[(\[{⦃]([^()\[\]{}⦃⦄]*(?:\([^()]*\)[^()\[\]{}⦃⦄]*)*)[)\]}⦄]", binder)
    if not binder.strip().startswith(("(", "{", "[", "⦃")):
        groups = [binder]
    found: list[Local] = []
    for group in groups:
        names, _, type_text = group.partition(" : ")
        words = names.split()
        if not all(re.fullmatch(r"[^\W\d][\w'₀-₉✝]*", word) for word in words):
            return []
        found += [Local(word, type_text.strip()) for word in words]
    return found


def divisions(text: str) -> list[tuple[str, str]]:
    """Dividends and divisors of `a / b` and `a % b` in `text`, both atoms, the divisor no numeral; each pair once."""
    found = [token for token in tokens(text) if token.kind is not TokenKind.COMMENT]
    pairs: list[tuple[str, str]] = []
    for at, token in enumerate(found):
        if token.text in ("/", "%") and at:
            left = found[at - 1]
            dividend = group_before(text, found, at) if left.text == ")" else left.text
            divisor = next(_arguments(text, found, at + 1), "")
            plain = left.text == ")" or left.kind in (TokenKind.WORD, TokenKind.NUMBER)
            if plain and dividend and divisor and not divisor.isdigit():
                pairs.append((dividend, divisor))
    return list(dict.fromkeys(pairs))


RELATIONS = frozenset(
    {"=", "≠", "<", "≤", ">", "≥", "∈", "∉", "∧", "∨", "¬", "↔", "→", "∣", "~", "⊆", "<=", ">=", "==", "!=", "∀", "∃"}
)
"""Symbols that make a term a proposition, not data."""


def is_application(text: str) -> bool:
    """Nothing but a function and its arguments: no relation, connective or operator outside brackets."""
    depth = 0
    for token in tokens(text):
        depth += (token.text in "([{⟨") - (token.text in ")]}⟩")
        if depth == 0 and token.kind is TokenKind.SYMBOL and token.text not in ")]}⟩":
            return False
    return True


def first_word(text: str) -> str:
    """The identifier that a term starts with, brackets skipped: `List` of `List α`; "" when there is none."""
    for token in tokens(text):
        if token.kind is TokenKind.WORD:
            return token.text
        if token.text not in "([":
            return ""
    return ""


def components(text: str) -> frozenset[str]:
    """Every dot-separated part of every identifier in `text`."""
    return parts(token.text for token in tokens(text) if token.kind is TokenKind.WORD)


def parts(words: Iterable[str]) -> frozenset[str]:
    """Every dot-separated part of every word."""
    return frozenset(part for word in words for part in word.split("."))


def last_part(name: str) -> str:
    """`b` of `a.b`."""
    return name.rpartition(".")[2]
