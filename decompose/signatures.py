"""What the text of a definition says: parameters, result, and which arguments change in its recursive calls.

Heuristic reading of text. It decides what is tried, never what is believed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from itertools import pairwise, takewhile

from decompose.reading import applications, last_part
from decompose.text import Token, TokenKind, tokens

_OPEN = {"(": ")", "[": "]", "{": "}", "⟨": "⟩", "⦃": "⦄"}
_KINDS = {"(": "explicit", "[": "instance", "{": "implicit", "⦃": "implicit"}
_BODY_ENDS = frozenset({"termination_by", "decreasing_by", "deriving", "where"})
_KEYWORDS = frozenset({"def", "abbrev", "instance", "theorem", "lemma"})
_VARIABLE = r"[^\W\d][\w']*"
_BEFORE_HELPERS = frozenset({"where", "rec"})


class Role(StrEnum):
    """What the recursive calls of a function do with one of its arguments."""

    FIXED = "fixed"
    """Handed on as it is."""
    STRUCTURAL = "structural"
    """Taken apart by a pattern."""
    VARYING = "varying"
    """Changed: an accumulator, a bound, a state."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """`kind`: explicit, implicit or instance. `name` is "" where the text gives none."""

    name: str
    type: str
    kind: str = "explicit"

    @property
    def binder(self) -> str:
        """As it is written in a statement; universes are left to Lean."""
        kind = re.sub(r"\b(Type|Sort)\b(?: (?:[a-z][\w']*|\([^()]*\)))?", r"\1 _", self.type)
        if self.kind == "instance":
            return f"[{kind}]"
        left, right = ("{", "}") if self.kind == "implicit" else ("(", ")")
        return f"{left}{self.name} : {kind}{right}"


@dataclass(frozen=True)
class Function:
    """A definition of the file as its text has it. `name`: as it can be written at the target.

    `roles`: one for each explicit parameter. `body`: the text after the type, without termination hints. `owner`: the
    definition that it is a local function of (`where`, `let rec`), whose parameters it may begin with; "" for none.
    `reducible`: an abbreviation, or declared `@[reducible]`.
    """

    name: str
    parameters: tuple[Parameter, ...]
    result: str
    body: str
    recursive: bool
    roles: tuple[Role, ...] = ()
    owner: str = ""
    reducible: bool = False

    @property
    def is_structural(self) -> bool:
        """Its recursion takes an argument apart, so that unfolding it comes to an end."""
        return not self.recursive or Role.STRUCTURAL in self.roles

    @cached_property
    def explicit(self) -> tuple[Parameter, ...]:
        return tuple(each for each in self.parameters if each.kind == "explicit")

    @cached_property
    def context(self) -> tuple[Parameter, ...]:
        """Implicit and instance parameters."""
        return tuple(each for each in self.parameters if each.kind != "explicit")

    @property
    def is_predicate(self) -> bool:
        return self.result == "Prop"

    def accumulators(self) -> Iterator[int]:
        """Indices of explicit parameters that change in recursive calls without being taken apart. Of a loop that takes
        nothing apart, only those of the result's type: the others may be its counters."""
        for at, role in enumerate(self.roles):
            if role is Role.VARYING and (self.is_structural or self.explicit[at].type == self.result):
                yield at


@lru_cache(maxsize=4096)
def read_function(
    text: str, full: str, short: str, recursive: bool, variables: tuple[Parameter, ...], owner: str = ""
) -> Function:
    """The function `full` as the command `text` defines it. `variables`: those in scope around it, taken where
    used."""
    found = [token for token in tokens(text) if token.kind is not TokenKind.COMMENT]
    start = _start(found, full)
    parameters, at = binders(text, found, start)
    result, body_at = "", at
    more: list[Parameter] = []
    if at < len(found) and found[at].text == ":":
        body_at = _type_end(found, at + 1)
        last = found[body_at].start if body_at < len(found) else len(text)
        first = found[at + 1].start if at + 1 < len(found) else last
        more, result = _arrows(" ".join(text[first:last].split()))
        parameters += more
    body = _body(text, found, body_at)
    if owner:
        body = _indented(text, found[start - 1], body)
    whole = " ".join((body, result, *(each.type for each in parameters)))
    own = {each.name for each in parameters}
    taken = _used_variables([each for each in variables if each.name not in own or not each.name], whole)
    explicit = [each for each in parameters if each.kind == "explicit"]
    by_pattern = sum(each.kind == "explicit" for each in more)
    roles = _roles(body, full, explicit, by_pattern) if recursive else [Role.FIXED] * len(explicit)
    outer = [Role.FIXED] * sum(each.kind == "explicit" for each in taken)
    return Function(
        short, (*taken, *parameters), result, body, recursive, (*outer, *roles), owner, _is_reducible(found, start)
    )


def read_variables(text: str) -> tuple[Parameter, ...]:
    """The binders of a `variable` command."""
    found = [token for token in tokens(text) if token.kind is not TokenKind.COMMENT]
    if not found or found[0].text != "variable":
        return ()
    return tuple(binders(text, found, 1)[0])


@lru_cache(maxsize=4096)
def conclusion(text: str, full: str) -> str:
    """What the theorem `full` says in the command `text`, its binders before the colon left out."""
    found = [token for token in tokens(text) if token.kind is not TokenKind.COMMENT]
    start = _start(found, full)
    at = binders(text, found, start)[1] if start else len(found)
    if at + 1 >= len(found) or found[at].text != ":":
        return ""
    end = _type_end(found, at + 1)
    return " ".join(text[found[at + 1].start : found[end].start if end < len(found) else len(text)].split())


def binders(text: str, found: list[Token], at: int) -> tuple[list[Parameter], int]:
    """The bracketed binders from token `at` on, and the index of the token after them."""
    result: list[Parameter] = []
    while at < len(found) and found[at].text in _KINDS:
        end = _close(found, at)
        if end >= len(found):
            break
        inner = text[found[at].end : found[end].start]
        result += _parameters(inner, _KINDS[found[at].text])
        at = end + 1
    return result, at


def _start(found: list[Token], full: str) -> int:
    """The index of the token after the name that is defined, universe names skipped."""
    last = last_part(full)
    at = 0
    for number, token in enumerate(found):
        if token.kind is TokenKind.WORD and last_part(token.text) == last:
            before = found[number - 1].text if number else ""
            if before in _KEYWORDS or before in _BEFORE_HELPERS:
                at = number + 1
                if before in _BEFORE_HELPERS or full.endswith(token.text):
                    break
    if at < len(found) and found[at].text == "." and at + 1 < len(found) and found[at + 1].text == "{":
        at = _close(found, at + 1) + 1
    return at


def _is_reducible(found: list[Token], start: int) -> bool:
    before = {token.text for token in found[: max(start - 1, 0)]}
    return "abbrev" in before or "reducible" in before


def _close(found: list[Token], at: int) -> int:
    depth = 0
    for number in range(at, len(found)):
        depth += (found[number].text in _OPEN) - (found[number].text in _OPEN.values())
        if depth == 0:
            return number
    return len(found)


def _parameters(inner: str, kind: str) -> list[Parameter]:
    names, colon, type_text = inner.partition(":")
    type_text = " ".join(type_text.split(":=")[0].split())
    if not colon:
        return [Parameter("", " ".join(inner.split()), kind)]
    return [Parameter(name, type_text, kind) for name in names.split()]


def _type_end(found: list[Token], at: int) -> int:
    depth = 0
    for number in range(at, len(found)):
        depth += (found[number].text in _OPEN) - (found[number].text in _OPEN.values())
        if depth == 0 and (found[number].text in (":=", "|", "by") or found[number].text in _BODY_ENDS):
            return number
    return len(found)


def _arrows(text: str) -> tuple[list[Parameter], str]:
    """The arguments before the last arrow, and what is after it."""
    pieces, depth, last = [], 0, 0
    for token in tokens(text):
        depth += (token.text in _OPEN) - (token.text in _OPEN.values())
        if depth == 0 and token.text in ("→", "->"):
            pieces.append(text[last : token.start].strip())
            last = token.end
        if depth == 0 and token.text in ("∀", "∃"):
            break
    found: list[Parameter] = []
    for piece in pieces:
        named = re.fullmatch(r"([({\[])\s*([^:()]+?)\s*:\s*(.*)[)}\]]", piece)
        found += _parameters(piece[1:-1], _KINDS[named[1]]) if named else [Parameter("", piece)]
    return found, text[last:].strip()


def _body(text: str, found: list[Token], at: int) -> str:
    if at < len(found) and found[at].text == ":=":
        at += 1
    end = next((n for n in range(at, len(found)) if found[n].text in _BODY_ENDS), len(found))
    if at >= end:
        return ""
    return text[found[at].start : found[end - 1].end]


def _indented(text: str, name: Token, body: str) -> str:
    """The lines of a local function's body that stand further right than the line of its name."""
    line = text[text.rfind("\n", 0, name.start) + 1 :]
    column = len(line) - len(line.lstrip(" "))
    first, *more = body.split("\n")
    kept = takewhile(lambda each: not each.strip() or len(each) - len(each.lstrip(" ")) > column, more)
    return "\n".join((first, *kept)).rstrip()


def _used_variables(variables: list[Parameter], text: str) -> list[Parameter]:
    words = {token.text.split(".")[0] for token in tokens(text)}
    while True:
        new = words | {
            token.text.split(".")[0] for each in variables if each.name in words for token in tokens(each.type)
        }
        if new == words:
            break
        words = new
    names = {each.name for each in variables if each.name}
    result: dict[str, Parameter] = {}
    for each in variables:
        mentioned = {token.text.split(".")[0] for token in tokens(each.type)} & names
        if each.name in words if each.name else (mentioned and mentioned <= words):
            result[each.name or each.type] = each
    return list(result.values())


def _roles(body: str, full: str, explicit: list[Parameter], by_pattern: int) -> list[Role]:
    """The roles of the explicit parameters, the last `by_pattern` of which stand after the colon."""
    roles = [Role.FIXED] * len(explicit)
    named = [each.name for each in explicit]
    first = len(explicit) - by_pattern
    for patterns, right in _alternatives(body, by_pattern):
        known = named[:first] + patterns[:by_pattern] if patterns else named
        for call in applications(right, (full,)):
            for at, argument in enumerate(call.arguments[: len(roles)]):
                pattern = known[at]
                if argument in (pattern, f"({pattern})") or not pattern:
                    continue
                scrutinised = re.search(rf"\bmatch\b[^|]*?\b{re.escape(pattern)}\b[^|]*?\bwith\b", right)
                plain = re.fullmatch(_VARIABLE, pattern)
                if (plain and not scrutinised) or not re.fullmatch(_VARIABLE, argument):
                    roles[at] = Role.VARYING
                elif roles[at] is Role.FIXED:
                    roles[at] = Role.STRUCTURAL
    return roles


def _alternatives(body: str, count: int) -> Iterator[tuple[list[str], str]]:
    """`| patterns => right` of a definition by equations; the whole body, without patterns, of any other.

    Bars of matches inside an alternative are told apart by their column and by how many patterns follow.
    """
    if not count or not body.startswith("|"):
        yield [], body
        return
    lines = {match.start(1): match.start(1) - match.start() for match in re.finditer(r"^ *(\|)", body, re.MULTILINE)}
    lines.pop(0, None)
    least = min(lines.values(), default=0)
    bars = [0, *(at for at, column in lines.items() if column == least)]
    kept = [at for at in bars if len(_commas(body[at + 1 :].partition("=>")[0])) == count]
    for start, end in pairwise([*kept, len(body)]):
        left, _, right = body[start + 1 : end].partition("=>")
        yield _commas(left), right


def _commas(text: str) -> list[str]:
    pieces, depth, last = [], 0, 0
    for token in tokens(text):
        depth += (token.text in _OPEN) - (token.text in _OPEN.values())
        if depth == 0 and token.text == ",":
            pieces.append(text[last : token.start].strip())
            last = token.end
    return [*pieces, text[last:].strip()]
