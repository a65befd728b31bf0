"""Arguments of the program in a theorem as patterns: variables, values, and constructors of patterns.

`step s .coin`, `last (x :: xs)` and `f (n + 1)` speak about single inputs as `f n` does, only not about all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from decompose.counterexample.terms import Terms
from decompose.counterexample.values import NUMBERS, Type, Value
from prover.synth.natives import Constructors, Native, native


@dataclass(frozen=True)
class Variable:
    """The `index`-th data variable of the theorem."""

    index: int


@dataclass(frozen=True)
class Fixed:
    value: Native


@dataclass(frozen=True)
class Made:
    """A constructor's value. `number`: which one of an inductive type; -1 for `::`, `some` and pairs."""

    parts: tuple[Pattern, ...]
    type: Type
    number: int = -1


@dataclass(frozen=True)
class Plus:
    """A natural number and so much."""

    part: Pattern
    more: int


Pattern = Variable | Fixed | Made | Plus


def read_pattern(
    terms: Terms, term: int, type_: Type, variables: Mapping[int, int], constructors: Constructors
) -> Pattern | None:
    """None for a term that is no pattern. `variables`: by term, the index of each data variable."""
    if term in variables:
        return Variable(variables[term])
    value = read_value(terms, term, type_, constructors)
    if value is not None:
        return Fixed(native(value))
    head, arguments = terms.spine(term)
    row = terms.rows[head]
    if row[0] != "c":
        return None
    number = -1
    types: tuple[Type, ...]
    match tuple(row[1]):
        case ("HAdd", "hAdd") if len(arguments) == 6 and type_.name == "Nat":
            more = read_value(terms, arguments[5], type_, constructors)
            part = read_pattern(terms, arguments[4], type_, variables, constructors)
            return Plus(part, more.number) if more is not None and part is not None else None
        case ("List", "cons") if type_.name == "List" and len(arguments) == 3:
            types, given = (type_.arguments[0], type_), arguments[1:]
        case ("Option", "some") if type_.name == "Option" and len(arguments) == 2:
            types, given = type_.arguments, arguments[1:]
        case ("Prod", "mk") if type_.name == "Prod" and len(arguments) == 4:
            types, given = type_.arguments, arguments[2:]
        case name:
            known = {(*type_.constant, c.name): (n, c) for n, c in enumerate(constructors.get(type_, ()))}
            if name not in known:
                return None
            number, constructor = known[name]
            types, given = constructor.fields, arguments[len(type_.arguments) :]
    if len(types) != len(given):
        return None
    parts = [read_pattern(terms, a, t, variables, constructors) for a, t in zip(given, types, strict=True)]
    found = tuple(part for part in parts if part is not None)
    return Made(found, type_, number) if len(found) == len(parts) else None


def matched(pattern: Pattern, value: Native, found: dict[int, Native]) -> bool:
    """Whether the value has the pattern; adds what its variables are to `found`."""
    match pattern:
        case Variable(index):
            return bool(found.setdefault(index, value) == value)
        case Fixed(fixed):
            return bool(fixed == value)
        case Plus(part, more):
            return value >= more and matched(part, value - more, found)
    parts = _parts(pattern, value)
    return parts is not None and all(matched(p, v, found) for p, v in zip(pattern.parts, parts, strict=True))


def _parts(pattern: Made, value: Native) -> Sequence[Native] | None:
    match pattern.type.name:
        case "List":
            return (value[0], value[1:]) if value else None
        case "Option" | "Prod":
            known: Sequence[Native] | None = value
            return known
    fields: Sequence[Native] = value[1:]
    return fields if value[0] == pattern.number else None


def filled(pattern: Pattern, values: Mapping[int, Native]) -> Native:
    """The value that the pattern is with these variables."""
    match pattern:
        case Variable(index):
            return values[index]
        case Fixed(fixed):
            return fixed
        case Plus(part, more):
            return filled(part, values) + more
    parts = tuple(filled(part, values) for part in pattern.parts)
    match pattern.type.name:
        case "List":
            return (parts[0], *parts[1])
        case "Option" | "Prod":
            return parts
    return (pattern.number, *parts)


def indices(pattern: Pattern) -> set[int]:
    """The variables in it."""
    match pattern:
        case Variable(index):
            return {index}
        case Fixed():
            return set()
        case Plus(part, _):
            return indices(part)
    return set().union(*map(indices, pattern.parts))


def read_value(terms: Terms, term: int, type_: Type, constructors: Constructors) -> Value | None:
    """The value that a closed term of literals and constructors is; None for any other."""
    head, arguments = terms.spine(term)
    row = terms.rows[head]
    if row[0] == "n" and type_.name == "Nat":
        return Value(type_, int(row[1])) if len(row[1]) < 9 else None
    if row[0] == "t" and type_.name == "String":
        return Value(type_, 0, tuple(Value(Type("Char"), ord(c)) for c in row[1]))
    if row[0] != "c":
        return None
    name = tuple(row[1])
    match name:
        case ("OfNat", "ofNat") if len(arguments) == 3 and type_.name in NUMBERS:
            literal = terms.rows[arguments[1]]
            return Value(type_, int(literal[1])) if literal[0] == "n" and len(literal[1]) < 9 else None
        case ("Neg", "neg") if len(arguments) == 3 and type_.name == "Int":
            value = read_value(terms, arguments[2], type_, constructors)
            return Value(type_, -value.number) if value is not None else None
        case ("Bool", "true" | "false"):
            return Value(type_, int(name[1] == "true"))
        case ("Char", "ofNat") if len(arguments) == 1:
            literal = terms.rows[arguments[0]]
            return Value(type_, int(literal[1])) if literal[0] == "n" else None
        case ("List", "nil") if type_.name == "List":
            return Value(type_, 0, ())
        case ("List", "cons") if type_.name == "List" and len(arguments) == 3:
            first = read_value(terms, arguments[1], type_.arguments[0], constructors)
            rest = read_value(terms, arguments[2], type_, constructors)
            return Value(type_, 0, (first, *rest.parts)) if first is not None and rest is not None else None
        case ("Prod", "mk") if type_.name == "Prod" and len(arguments) == 4:
            pair = [read_value(terms, a, t, constructors) for a, t in zip(arguments[2:], type_.arguments, strict=True)]
            return Value(type_, 0, tuple(p for p in pair if p is not None), "mk") if None not in pair else None
        case ("Option", "none"):
            return Value(type_, 0, (), "none")
        case ("Option", "some") if len(arguments) == 2:
            inner = read_value(terms, arguments[1], type_.arguments[0], constructors)
            return Value(type_, 1, (inner,), "some") if inner is not None else None
    for number, constructor in enumerate(constructors.get(type_, ())):
        if name == (*type_.constant, constructor.name):
            given = arguments[len(type_.arguments) :]
            if len(given) != len(constructor.fields):
                return None
            fields = [read_value(terms, a, t, constructors) for a, t in zip(given, constructor.fields, strict=True)]
            made = tuple(f for f in fields if f is not None)
            return Value(type_, number, made, constructor.name) if len(made) == len(fields) else None
    return None
