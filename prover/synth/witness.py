"""A disproof's counterexample as a test: what a proof attempt found out, later candidates need not find out again."""

from __future__ import annotations

import re
from collections.abc import Sequence

from decompose.counterexample.plan import Assignment
from decompose.counterexample.statement import Role, Untestable
from decompose.counterexample.values import NUMBERS, Type, Value
from prover.synth.natives import Constructors
from prover.synth.properties import Properties, Property, Test

_NUMBER = re.compile(r"-?\d+")
_NAME = re.compile(r"\.?[\w'!?]+")


def test_of(properties: Properties, theorem: str, shown: str) -> Test | None:
    """The test that a counterexample of a theorem is, as the gate shows it (`xs := [1, 2], n := 3`). None where it is
    about values that are not written out in full, or about no tested theorem."""
    for about in properties.tested:
        if theorem == about.name or theorem.endswith(f".{about.name}"):
            values = _assignment(about, shown)
            if values is not None and about.plan.fits(values):
                return Test(about.number, values)
    return None


def _assignment(about: Property, shown: str) -> Assignment | None:
    entries = [entry for entry in about.statement.entries if entry.role is Role.DATA]
    found: list[Value] = []
    at = 0
    for number, (entry, name) in enumerate(zip(entries, about.variables, strict=True)):
        start = f"{', ' if number else ''}{name} := "
        if not shown.startswith(start, at):
            return None
        try:
            type_ = about.reifier.type(entry.type, about.choice.environment)
            value, at = _value(shown, at + len(start), type_, about.reifier.constructors)
        except (Untestable, ValueError, IndexError):
            return None
        found.append(value)
    return tuple(found) if at == len(shown) else None


def _value(text: str, at: int, type_: Type, constructors: Constructors) -> tuple[Value, int]:
    """The value that begins there, and where it ends. Raises ValueError and IndexError when it is none."""
    name = type_.name
    if name in NUMBERS:
        match = _matched(_NUMBER, text, at)
        return Value(type_, int(match)), at + len(match)
    if name == "Bool":
        word = _matched(_NAME, text, at)
        return Value(type_, ("false", "true").index(word)), at + len(word)
    if name == "Char" and text[at + 1] != "\\":
        return Value(type_, ord(text[at + 1])), _after(text, at + 2, "'")
    if name == "String":
        end = text.index('"', at + 1)
        if "\\" in text[at:end]:
            raise ValueError
        return Value(type_, 0, tuple(Value(Type("Char"), ord(c)) for c in text[at + 1 : end])), end + 1
    if name == "List":
        return _listed(text, at, type_, constructors)
    if name == "Prod":
        at = _after(text, at, "(")
        left, at = _value(text, at, type_.arguments[0], constructors)
        right, at = _value(text, _after(text, at, ", "), type_.arguments[1], constructors)
        return Value(type_, 0, (left, right), "mk"), _after(text, at, ")")
    word = _matched(_NAME, text, at)
    at += len(word)
    if name == "Option":
        number, fields = ("none", "some").index(word), type_.arguments if word == "some" else ()
    else:
        known = constructors.get(type_, ())
        number = [f".{each.name}" for each in known].index(word)
        fields = known[number].fields
    parts, at = _fields(text, at, fields, constructors)
    return Value(type_, number, parts, word.removeprefix(".")), at


def _listed(text: str, at: int, type_: Type, constructors: Constructors) -> tuple[Value, int]:
    at = _after(text, at, "[")
    parts: list[Value] = []
    while text[at] != "]":
        part, at = _value(text, _after(text, at, ", ") if parts else at, type_.arguments[0], constructors)
        parts.append(part)
    return Value(type_, 0, tuple(parts)), at + 1


def _fields(text: str, at: int, fields: Sequence[Type], constructors: Constructors) -> tuple[tuple[Value, ...], int]:
    """Arguments of a constructor, in brackets where they need it."""
    parts: list[Value] = []
    for field in fields:
        at = _after(text, at, " ")
        inside = field.name != "Prod" and text[at] == "("
        part, at = _value(text, at + inside, field, constructors)
        at = _after(text, at, ")") if inside else at
        parts.append(part)
    return tuple(parts), at


def _matched(pattern: re.Pattern[str], text: str, at: int) -> str:
    match = pattern.match(text, at)
    if match is None:
        raise ValueError
    return match[0]


def _after(text: str, at: int, wanted: str) -> int:
    if not text.startswith(wanted, at):
        raise ValueError
    return at + len(wanted)
