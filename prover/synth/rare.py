"""Components for the first look only: library functions that are the whole answer, or nearly, when they are of use.

In larger terms they would crowd out the common ones (`components`), so they are tried in small terms alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import dropwhile, takewhile

from decompose.counterexample.values import Type
from prover.synth.components import (
    BOOL,
    CHAR,
    INT,
    NAT,
    Component,
    Function,
    Stuck,
    list_of,
    option_of,
    pair_of,
    small,
)
from prover.synth.natives import Native


def rare_components(types: Sequence[Type]) -> list[Component]:
    """What there is for these types."""
    known = set(types)
    found: dict[tuple[str, Type], Component] = {}
    for type_ in types:
        for each in _for_type(type_, known):
            found.setdefault((each.template, each.result), replace(each, rare=True))
    return list(found.values())


def _for_type(type_: Type, types: set[Type]) -> Iterator[Component]:
    match type_.name:
        case "Nat":
            yield from _naturals()
        case "Int":
            yield from _integers()
        case "Bool":
            yield Component("toNat", (BOOL,), NAT, "{0}.toNat", int)
            yield Component("xor", (BOOL, BOOL), BOOL, "{0} != {1}", lambda a, b: a != b, commutative=True)
        case "Char":
            yield Component("isAlpha", (CHAR,), BOOL, "{0}.isAlpha", lambda c: c.isascii() and c.isalpha())
            yield Component("isUpper", (CHAR,), BOOL, "{0}.isUpper", lambda c: "A" <= c <= "Z")
            yield Component("isLower", (CHAR,), BOOL, "{0}.isLower", lambda c: "a" <= c <= "z")
            yield Component("isWhitespace", (CHAR,), BOOL, "{0}.isWhitespace", lambda c: c in " \t\r\n")
        case "List":
            yield from _lists(type_, types)
            yield from _searches(type_, types)
        case "Option":
            yield Component("isNone", (type_,), BOOL, "{0}.isNone", lambda o: o is None)
            for other in sorted((t for t in types if t.name == "Option"), key=str):
                made = Function(type_.arguments[0], other.arguments[0])
                yield Component("map", (type_, made), other, "{0}.map {1}", lambda o, f: o and (f(o[0]),))


def _naturals() -> Iterator[Component]:
    two = (NAT, NAT)
    yield Component("gcd", two, NAT, "Nat.gcd {0} {1}", math.gcd, commutative=True)
    yield Component("lcm", two, NAT, "Nat.lcm {0} {1}", lambda a, b: small(math.lcm(a, b)), commutative=True)
    yield Component("pow", two, NAT, "{0} ^ {1}", _power)
    yield Component("log2", (NAT,), NAT, "{0}.log2", lambda a: max(a.bit_length() - 1, 0))


def _integers() -> Iterator[Component]:
    two = (INT, INT)

    def div(a: int, b: int) -> int:
        return 0 if b == 0 else a // b if b > 0 else -(a // -b)

    yield Component("div", two, INT, "{0} / {1}", div)
    yield Component("mod", two, INT, "{0} % {1}", lambda a, b: a - b * div(a, b))


def _power(base: int, exponent: int) -> int:
    if exponent > 40:
        raise Stuck
    return small(base**exponent)


def _lists(type_: Type, types: set[Type]) -> Iterator[Component]:
    element = type_.arguments[0]
    test = Function(element, BOOL)
    yield Component("dropLast", (type_,), type_, "{0}.dropLast", lambda xs: xs[:-1])
    yield Component(
        "takeWhile", (type_, test), type_, "{0}.takeWhile {1}", lambda xs, p: tuple(takewhile(p, xs)), cost=2
    )
    yield Component(
        "dropWhile", (type_, test), type_, "{0}.dropWhile {1}", lambda xs, p: tuple(dropwhile(p, xs)), cost=2
    )
    yield Component("eraseDups", (type_,), type_, "{0}.eraseDups", lambda xs: tuple(dict.fromkeys(xs)))
    yield Component("erase", (type_, element), type_, "{0}.erase {1}", _without_first)
    yield Component("replicate", (NAT, element), type_, "List.replicate {0} {1}", _repeated)
    yield Component("isPrefixOf", (type_, type_), BOOL, "{0}.isPrefixOf {1}", lambda xs, ys: ys[: len(xs)] == xs)
    if element == NAT:
        yield Component("range", (NAT,), type_, "List.range {0}", lambda n: tuple(range(small(n << 10) >> 10)))
    pair = pair_of(type_, type_)
    if pair in types:
        yield Component("partition", (type_, test), pair, "{0}.partition {1}", _parted, cost=2)
    if element.name == "List":
        yield Component("flatten", (type_,), element, "{0}.flatten", lambda xss: tuple(x for xs in xss for x in xs))
    for other in sorted((t for t in types if t.name == "List"), key=str):
        both = list_of(pair_of(element, other.arguments[0]))
        if both in types:
            yield Component("zip", (type_, other), both, "{0}.zip {1}", lambda xs, ys: tuple(zip(xs, ys)))  # noqa: B905


def _searches(type_: Type, types: set[Type]) -> Iterator[Component]:
    """Those that give an option."""
    element = type_.arguments[0]
    if option_of(NAT) in types:
        found = option_of(NAT)
        yield Component("idxOf?", (element, type_), found, "{1}.idxOf? {0}", lambda a, xs: _first(xs, a.__eq__))
        yield Component("findIdx?", (type_, Function(element, BOOL)), found, "{0}.findIdx? {1}", _first, cost=2)
    if element in (NAT, INT) and option_of(element) in types:
        yield Component("max?", (type_,), option_of(element), "{0}.max?", lambda xs: (max(xs),) if xs else None)
        yield Component("min?", (type_,), option_of(element), "{0}.min?", lambda xs: (min(xs),) if xs else None)
    if element.name == "Prod" and (value := option_of(element.arguments[1])) in types:
        key = element.arguments[0]
        yield Component("lookup", (key, type_), value, "{1}.lookup {0}", _looked_up)


def _without_first(xs: tuple[Native, ...], a: Native) -> tuple[Native, ...]:
    return xs[: (i := xs.index(a))] + xs[i + 1 :] if a in xs else xs


def _repeated(count: int, value: Native) -> tuple[Native, ...]:
    small(count << 10)
    return (value,) * count


def _parted(xs: tuple[Native, ...], test: Native) -> tuple[Native, Native]:
    return tuple(x for x in xs if test(x)), tuple(x for x in xs if not test(x))


def _first(xs: tuple[Native, ...], test: Native) -> Native:
    return next(((i,) for i, x in enumerate(xs) if test(x)), None)


def _looked_up(key: Native, pairs: tuple[tuple[Native, Native], ...]) -> Native:
    return next(((value,) for each, value in pairs if each == key), None)
