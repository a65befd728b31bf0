"""The parts of a program's text that mutations may change: bodies, without signatures, patterns, proofs and comments.

Source: Lean's lexical rules as `decompose.text.tokens` knows them, and its layout. An approximation: whatever it gets
wrong becomes a mutant that Lean refuses.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from decompose.text import Token, TokenKind, tokens

KEYWORDS = (
    frozenset({"abbrev", "at", "by", "calc", "decreasing_by", "def", "deriving", "do", "else", "end", "example", "for"})
    | {"forall", "from", "fun", "have", "if", "in", "inductive", "instance", "let", "λ", "match", "mut", "namespace"}
    | {"noncomputable", "open", "partial", "private", "public", "rec", "return", "section", "show", "structure"}
    | {"termination_by", "then", "theorem", "unless", "variable", "where", "while", "with"}
)
"""Words that are neither a variable nor a function."""
CONSTANTS = frozenset({"true", "false", "none", "some", "_"})
_DEFINES = frozenset({"def", "abbrev"})
_ENDS = frozenset({"termination_by", "decreasing_by", "deriving"})
_LONG = ("++", "<|", "<|>", "|>", "|>.", ">>=", "<$>")
_PARTS = frozenset(word[:end] for word in _LONG for end in range(2, len(word) + 1))
_CLOSERS = {"(": ")", "[": "]", "{": "}", "⟨": "⟩"}


@dataclass(frozen=True, slots=True)
class Variable:
    """A local name, bound before the code point `start`. `type`: as it is written, "" where it is not."""

    name: str
    start: int
    type: str = ""


@dataclass(frozen=True)
class Body:
    """One definition's body. `code`: its tokens without comments. `fixed`: numbers of tokens that no mutation touches
    (patterns, binders, names of fields, proofs). `closer`: for each opening bracket, the number of its closing one."""

    source: str
    code: tuple[Token, ...]
    variables: tuple[Variable, ...]
    fixed: frozenset[int]
    closer: dict[int, int]

    def column(self, i: int) -> int:
        """The column of token `i`, in code points."""
        return self.code[i].start - (self.source.rfind("\n", 0, self.code[i].start) + 1)

    def starts_line(self, i: int) -> bool:
        start = self.source.rfind("\n", 0, self.code[i].start) + 1
        return not self.source[start : self.code[i].start].strip()

    def joined(self, i: int) -> bool:
        """Nothing stands between token `i` and the one before it."""
        return i > 0 and self.code[i - 1].end == self.code[i].start


def bodies(program: str) -> Iterator[Body]:
    """The bodies of the definitions in `program`; of a text without a definition, the text itself (a term)."""
    code = tuple(_joined(token for token in tokens(program) if token.kind is not TokenKind.COMMENT))
    starts = [i for i, token in enumerate(code) if token.text in _DEFINES and token.kind is TokenKind.WORD]
    if not starts:
        yield _body(program, code, ())
    for at in starts:
        indent = _column_of_line(program, code[at].start)
        end = at + 1
        while end < len(code) and not _opens_line(program, code[end].start, indent):
            end += 1
        last = next((i for i in range(at + 1, end) if code[i].text in _ENDS), end)
        begin = signature_end(program, code, at + 1, last)
        if begin < last:
            yield _body(program, code[begin:last], tuple(binders(code[at + 1 : begin])))


def _joined(code: Iterable[Token]) -> Iterator[Token]:
    """`++` and its kin as one token each."""
    held: Token | None = None
    for token in code:
        if held is not None and held.end == token.start and held.text + token.text in _PARTS:
            held = Token(TokenKind.SYMBOL, held.text + token.text, held.start, token.end)
            continue
        if held is not None:
            yield held
        held = token
    if held is not None:
        yield held


def _column_of_line(text: str, at: int) -> int:
    start = text.rfind("\n", 0, at) + 1
    return len(text[start:at]) - len(text[start:at].lstrip())


def _opens_line(text: str, at: int, indent: int) -> bool:
    """The token at `at` is the first of its line, no further to the right than `indent`, and begins something new."""
    start = text.rfind("\n", 0, at) + 1
    return start > 0 and not text[start:at].strip() and at - start <= indent and not text.startswith(("|", "where"), at)


def signature_end(text: str, code: Sequence[Token], at: int, end: int) -> int:
    """The first token of a body: after `:=` outside brackets, or the `|` that begins a line."""
    depth = 0
    for i in range(at, end):
        word = code[i].text
        if word in _CLOSERS:
            depth += 1
        elif word in _CLOSERS.values():
            depth -= 1
        elif depth == 0 and word == ":=":
            return i + 1
        elif depth == 0 and word == "|":
            return i
    return end


def binders(code: Sequence[Token]) -> Iterator[Variable]:
    """The names in `(a b : T)` of a signature."""
    at = 0
    while at < len(code):
        if code[at].text not in ("(", "{"):
            at += 1
            continue
        close = _closing(code, at)
        inside = code[at + 1 : close]
        colon = next((i for i, token in enumerate(inside) if token.text == ":"), None)
        if colon is not None:
            written = " ".join(token.text for token in inside[colon + 1 :])
            yield from (Variable(token.text, token.start, written) for token in inside[:colon] if _is_name(token))
        at = close + 1


def _closing(code: Sequence[Token], at: int) -> int:
    depth = 0
    for i in range(at, len(code)):
        if code[i].text in _CLOSERS:
            depth += 1
        elif code[i].text in _CLOSERS.values():
            depth -= 1
            if depth == 0:
                return i
    return len(code)


def _is_name(token: Token) -> bool:
    return (
        token.kind is TokenKind.WORD
        and "." not in token.text
        and token.text not in KEYWORDS
        and token.text not in CONSTANTS
    )


def _body(source: str, code: tuple[Token, ...], variables: tuple[Variable, ...]) -> Body:
    closer: dict[int, int] = {}
    stack: list[int] = []
    for i, token in enumerate(code):
        if token.text in _CLOSERS:
            stack.append(i)
        elif stack and token.text == _CLOSERS[code[stack[-1]].text]:
            closer[stack.pop()] = i
    fixed: set[int] = set()
    bound = list(variables)
    for i, token in enumerate(code):
        if token.text in ("|", "fun", "λ") and i not in fixed:
            stop = _until(code, i, "=>")
            if stop < len(code):
                fixed.update(range(i, stop + 1))
                bound += _pattern(code, i + 1, stop)
        elif token.text in ("let", "have", "for", "where") and i not in fixed:
            stop = _until(code, i, "in" if token.text == "for" else ":=")
            if stop < len(code):
                fixed.update(range(i, stop + 1))
                bound += _bound_by(code, i + 1, stop)
        elif token.text == "by":
            fixed.update(range(i, _proof_end(code, closer, i)))
        elif i + 1 < len(code) and code[i + 1].text == ":=":
            fixed.add(i)
    return Body(source, code, tuple(bound), frozenset(fixed), closer)


def _until(code: Sequence[Token], at: int, word: str) -> int:
    """The next `word` outside brackets, or the end."""
    depth = 0
    for i in range(at, len(code)):
        if code[i].text in _CLOSERS:
            depth += 1
        elif code[i].text in _CLOSERS.values():
            depth -= 1
        if depth < 0:
            break
        if depth == 0 and code[i].text == word:
            return i
    return len(code)


def _pattern(code: Sequence[Token], start: int, stop: int) -> Iterator[Variable]:
    for i in range(start, stop):
        after_dot = i > 0 and code[i - 1].text == "."
        # A word that begins an application is a constructor.
        heads = i + 1 < stop and code[i + 1].kind is TokenKind.WORD and (i == start or code[i - 1].text in ("(", ","))
        if _is_name(code[i]) and not after_dot and not (heads and code[start - 1].text == "|"):
            yield Variable(code[i].text, code[i].start)


def _bound_by(code: Sequence[Token], start: int, stop: int) -> Iterator[Variable]:
    """Of `let x : T :=`, `let rec f (x : T) : R :=`, `let (a, b) :=`: the names."""
    if any(token.text == ":" for token in code[start:stop]):
        yield from binders(code[start:stop])
        if code[start].text not in ("rec", "("):
            yield from (Variable(token.text, token.start) for token in code[start : start + 1] if _is_name(token))
        return
    yield from (Variable(token.text, token.start) for token in code[start:stop] if _is_name(token))


def _proof_end(code: Sequence[Token], closer: dict[int, int], at: int) -> int:
    """Where the proof that begins with the `by` at `at` ends: with the brackets around it, or with the body."""
    around = [close for opening, close in closer.items() if opening < at < close]
    return min(around, default=len(code))
