"""Mutants: programs that differ from a given one in a single small fault, as programmers make them.

They measure a specification: one that a wrong mutant satisfies is too weak, and tests that do not kill a wrong mutant
are too few. Source: mutation analysis (DeMillo, Lipton and Sayward 1978); the operators are those of Offutt et al.
(1996), operand, operator and statement level, in the terms of a functional language.

Text in, text out: pure and deterministic. Many mutants do not typecheck; that is Lean's business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise, zip_longest

from decompose.text import Token, TokenKind
from prover.synth import atoms
from prover.synth.atoms import Atom
from prover.synth.layout import Body, bodies


class Operator(StrEnum):
    """What was done."""

    COMPARISON = "comparison"
    ARITHMETIC = "arithmetic"
    LOGIC = "logic"
    CONSTANT = "constant"
    OFF_BY_ONE = "off by one"
    BRANCH = "branch"
    """A condition denied, or taken for true or false."""
    ALTERNATIVE = "alternative"
    """An alternative of a match left out, or the results of two exchanged."""
    ARGUMENTS = "arguments"
    """Neighbouring arguments or operands exchanged."""
    CALL = "call"
    """A call dropped: one of its arguments in its place."""
    OPERAND = "operand"
    """One side of an operator left out."""
    VARIABLE = "variable"
    FUNCTION = "function"
    """A function of the library exchanged for its counterpart."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """`text` is the original with `after` for `before` at the code point `start`."""

    operator: Operator
    start: int
    before: str
    after: str
    text: str

    def __str__(self) -> str:
        return f"{self.operator}: `{_line(self.before)}` became `{_line(self.after)}`"


_COMPARISONS = {
    "<": ("≤", ">", "="),
    "≤": ("<", "≥", "="),
    "<=": ("<", ">=", "=="),
    ">": ("≥", "<", "="),
    "≥": (">", "≤", "="),
    ">=": (">", "<=", "=="),
    "=": ("≠", "≤", "<"),
    "≠": ("=", "<"),
    "==": ("!=",),
    "!=": ("==",),
    "∈": ("∉",),
    "∉": ("∈",),
}
_ARITHMETIC = {
    "+": ("-", "*"),
    "-": ("+",),
    "*": ("+", "/"),
    "/": ("*", "%"),
    "%": ("/",),
    "^": ("*",),
    "∣": ("=",),
}
_LOGIC = {"&&": ("||",), "||": ("&&",), "∧": ("∨",), "∨": ("∧",)}
_REPLACED = (
    (Operator.COMPARISON, _COMPARISONS),
    (Operator.ARITHMETIC, _ARITHMETIC),
    (Operator.LOGIC, _LOGIC),
)
_PAIRS = (
    ("min", "max"),
    ("take", "drop"),
    ("takeWhile", "dropWhile"),
    ("any", "all"),
    ("foldl", "foldr"),
    ("head?", "getLast?"),
    ("head!", "getLast!"),
    ("floor", "ceil"),
    ("toUpper", "toLower"),
    ("isUpper", "isLower"),
    ("fst", "snd"),
    ("gcd", "lcm"),
    ("succ", "pred"),
    ("map", "filterMap"),
    ("1", "2"),
)
_COUNTERPARTS = dict(_PAIRS) | {b: a for a, b in _PAIRS}


@dataclass(frozen=True, slots=True)
class _Edit:
    operator: Operator
    start: int
    end: int
    after: str


def mutants(program: str) -> tuple[Mutant, ...]:
    """All single mutants of a program: whole definitions, or a term. In the order of their places; no text twice, and
    never the program's own."""
    edits = [edit for body in bodies(program) for make in _MAKERS for edit in make(body)]
    found: dict[str, Mutant] = {}
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end, edit.operator, edit.after)):
        before = program[edit.start : edit.end]
        text = program[: edit.start] + edit.after + program[edit.end :]
        if before != edit.after:
            found.setdefault(text, Mutant(edit.operator, edit.start, before, edit.after, text))
    return tuple(found.values())


def spread(found: Sequence[Mutant], most: int) -> tuple[Mutant, ...]:
    """At most `most` of them, taken in turn from all operators, and over the whole text from each."""
    groups: dict[Operator, list[Mutant]] = {}
    for each in found:
        groups.setdefault(each.operator, []).append(each)
    rows = zip_longest(*(_bisected(group) for group in groups.values()))
    return tuple([each for row in rows for each in row if each is not None][:most])


def _bisected(group: list[Mutant]) -> list[Mutant]:
    """The same, so that every beginning of it is spread over the whole."""
    middle = len(group) // 2
    if len(group) < 3:
        return group
    halves = zip_longest(_bisected(group[:middle]), _bisected(group[middle + 1 :]))
    return [group[middle], *(each for pair in halves for each in pair if each is not None)]


def _symbols(body: Body) -> Iterator[_Edit]:
    """Comparison, arithmetic and logic."""
    for i, token in _free(body):
        for operator, table in _REPLACED:
            if token.kind is TokenKind.SYMBOL and atoms.is_infix(body, i):
                yield from (_Edit(operator, token.start, token.end, new) for new in table.get(token.text, ()))
        if token.text in ("!", "¬"):
            yield _Edit(Operator.LOGIC, token.start, token.end, "")


def _constants(body: Body) -> Iterator[_Edit]:
    for i, token in _free(body):
        after_dot = i > 0 and body.code[i - 1].text == "." and body.joined(i)
        new: list[str] = []
        if token.kind is TokenKind.NUMBER and token.text.isascii() and token.text.isdecimal() and not after_dot:
            value = int(token.text)
            new = [str(value + 1), *([str(value - 1)] if value else []), *(["0"] if value > 1 else [])]
        elif token.text in ("true", "false"):
            new = ["false" if token.text == "true" else "true"]
        elif token.kind is TokenKind.STRING and token.text[0] == "'" and len(token.text) == 3:
            new = [f"'{chr(ord(token.text[1]) + 1)}'"]
        elif token.kind is TokenKind.STRING and token.text[0] == '"':
            new = ['""' if len(token.text) > 2 else '" "']
        elif token.text == "[" and body.closer.get(i, i) > i + 1 and not body.joined(i):
            close = body.code[body.closer[i]]
            yield _Edit(Operator.CONSTANT, token.start, close.end, "[]")
        yield from (_Edit(Operator.CONSTANT, token.start, token.end, each) for each in new)


def _off_by_one(body: Body) -> Iterator[_Edit]:
    """`x + 1` or `x - 1` for a variable."""
    names = {variable.name for variable in body.variables}
    for i, token in _free(body):
        if token.text in names and not atoms.is_head(body, i) and not atoms.is_projection(body, i):
            yield from (_Edit(Operator.OFF_BY_ONE, token.start, token.end, f"({token.text} {sign} 1)") for sign in "+-")


def _branches(body: Body) -> Iterator[_Edit]:
    """The condition of each `if`. Denying it exchanges the branches."""
    for i, token in _free(body):
        if token.text != "if":
            continue
        stop = _matching(body, i, "if", "then")
        first = i + 1
        if first + 1 < len(body.code) and body.code[first + 1].text == ":":
            first += 2
        if stop is None or first >= stop or body.code[first].text == "let":
            continue
        start, end = body.code[first].start, body.code[stop - 1].end
        yield _Edit(Operator.BRANCH, start, end, f"¬({body.source[start:end]})")
        yield _Edit(Operator.BRANCH, start, end, "True")
        yield _Edit(Operator.BRANCH, start, end, "False")


@dataclass(frozen=True, slots=True)
class _Alternative:
    """`start`: of the `|`. `result`: of what follows `=>`. `end`: of the whole. `around`: which brackets it is in."""

    start: int
    result: int
    end: int
    column: int
    around: int


def _alternatives(body: Body) -> Iterator[_Edit]:
    """Those that begin a line."""
    found = [each for i in range(len(body.code)) if (each := _alternative(body, i)) is not None]
    for each in found:
        yield _Edit(Operator.ALTERNATIVE, each.start, each.end, "")
    for k, each in enumerate(found):
        peers = (other for other in found[k + 1 :] if other.around == each.around and other.column <= each.column)
        later = next(peers, None)
        if later is None or later.column < each.column:
            continue
        mine, its = body.source[each.result : each.end].rstrip(), body.source[later.result : later.end].rstrip()
        between = body.source[each.result + len(mine) : later.result]
        yield _Edit(Operator.ALTERNATIVE, each.result, later.result + len(its), its + between + mine)


def _alternative(body: Body, i: int) -> _Alternative | None:
    if body.code[i].text != "|" or not body.starts_line(i):
        return None
    column = body.column(i)
    arrow = next((j for j in range(i, len(body.code)) if body.code[j].text == "=>"), None)
    if arrow is None or arrow + 1 >= len(body.code):
        return None
    last = arrow + 1
    around = min((close for opening, close in body.closer.items() if opening < i < close), default=len(body.code))
    while last < around and not (body.starts_line(last) and body.column(last) <= column):
        last = body.closer.get(last, last) + 1  # What stands in brackets may begin lines further to the left.
    if last == arrow + 1:
        return None
    return _Alternative(body.code[i].start, body.code[arrow + 1].start, body.code[last - 1].end, column, around)


def _applications(body: Body) -> Iterator[_Edit]:
    """`f a b`: arguments exchanged, and the call dropped."""
    for head, *arguments in atoms.applications(body):
        whole = (body.code[head[0]].start, body.code[arguments[-1][1]].end)
        for left, right in pairwise(arguments):
            yield _exchanged(body, left, right)
        for argument in arguments:
            yield _Edit(Operator.CALL, *whole, atoms.text(body, argument))
        if body.code[head[0]].text == "some":
            yield _Edit(Operator.CONSTANT, *whole, "none")
    for _, token in _free(body):
        # `xs.reverse`: its receiver in its place.
        if token.kind is TokenKind.WORD and "." in token.text and token.text[0].islower():
            receiver, _, called = token.text.rpartition(".")
            yield _Edit(Operator.CALL, token.start, token.end, receiver)
            if called in _COUNTERPARTS:
                yield _Edit(Operator.FUNCTION, token.start, token.end, f"{receiver}.{_COUNTERPARTS[called]}")


def _operands(body: Body) -> Iterator[_Edit]:
    """`a + b`: `b + a`, `a`, `b`, where both sides are single atoms or applications."""
    for i, token in _free(body):
        if token.text not in atoms.PRECEDENCE or not atoms.is_infix(body, i):
            continue
        left, right = atoms.left(body, i), atoms.right(body, i)
        if left is None or right is None:
            continue
        start, end = body.code[left[0]].start, body.code[right[1]].end
        yield _exchanged(body, left, right)
        yield _Edit(Operator.OPERAND, start, end, atoms.text(body, left))
        yield _Edit(Operator.OPERAND, start, end, atoms.text(body, right))


def _variables(body: Body) -> Iterator[_Edit]:
    """Another variable that is bound above, unless both types are written and differ."""
    for i, token in _free(body):
        name, dot, rest = token.text.partition(".")
        own = [each for each in body.variables if each.name == name and each.start < token.start]
        if not own or (i > 0 and body.code[i - 1].text == "." and body.joined(i)):
            continue
        for other in dict.fromkeys(each for each in body.variables if each.start < token.start):
            same = not own[-1].type or not other.type or own[-1].type == other.type
            if other.name != name and same:
                yield _Edit(Operator.VARIABLE, token.start, token.end, f"{other.name}{dot}{rest}")


def _functions(body: Body) -> Iterator[_Edit]:
    for i, token in _free(body):
        joined = i > 0 and body.code[i - 1].text == "." and body.joined(i)
        if token.text in _COUNTERPARTS and (joined or token.kind is TokenKind.WORD):
            yield _Edit(Operator.FUNCTION, token.start, token.end, _COUNTERPARTS[token.text])
        elif token.kind is TokenKind.WORD and token.text.startswith(("Nat.", "List.", "Int.", "Array.", "String.")):
            base, _, called = token.text.rpartition(".")
            if called in _COUNTERPARTS:
                yield _Edit(Operator.FUNCTION, token.start, token.end, f"{base}.{_COUNTERPARTS[called]}")


_MAKERS: tuple[Callable[[Body], Iterator[_Edit]], ...] = (
    _symbols,
    _constants,
    _off_by_one,
    _branches,
    _alternatives,
    _applications,
    _operands,
    _variables,
    _functions,
)


def _free(body: Body) -> Iterator[tuple[int, Token]]:
    return ((i, token) for i, token in enumerate(body.code) if i not in body.fixed)


def _exchanged(body: Body, left: Atom, right: Atom) -> _Edit:
    start, end = body.code[left[0]].start, body.code[right[1]].end
    between = body.source[body.code[left[1]].end : body.code[right[0]].start]
    return _Edit(Operator.ARGUMENTS, start, end, atoms.text(body, right) + between + atoms.text(body, left))


def _matching(body: Body, i: int, opening: str, closing: str) -> int | None:
    depth = 0
    for j in range(i, len(body.code)):
        if body.code[j].text == opening:
            depth += 1
        elif body.code[j].text == closing:
            depth -= 1
            if depth == 0:
                return j
    return None


def _line(text: str) -> str:
    return " ".join(text.split()) or "nothing"
