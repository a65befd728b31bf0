"""Components: the library functions that programs are made of, with their types and how they are written.

`run` says what a component computes on Python values (`natives`), so that enumeration can tell equivalent terms apart
without Lean, which evaluates too slowly for it (docs/synthesis.md). `tests/lean/test_synth_components.py` compares
every component with Lean. A wrong one could only make the search miss programs: all of them are tested and proved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from decompose.counterexample.values import Type
from prover.synth.natives import Constructors, Native

NAT, INT, BOOL, CHAR, STRING = (Type(name) for name in ("Nat", "Int", "Bool", "Char", "String"))
LARGE = 1 << 20
"""Numbers above it and longer lists are not followed."""


class Stuck(Exception):  # noqa: N818 (an answer)
    """The value is too large to be followed."""


@dataclass(frozen=True)
class Function:
    """The type of an argument that is a function of one variable."""

    domain: Type
    result: Type


@dataclass(frozen=True)
class Component:
    """`template`: Lean text with {0}, {1}, ... for arguments; `proposition`: how it reads as a condition, "" where it
    is no proposition. `cost`: its size. A commutative one is tried with its arguments in one order. `prepare` is told
    of arguments that `run` will get, where many at once are cheaper. `rare`: for small terms only. `builds`: results
    are put together with it, as with a constructor; where large terms are needed, these are tried alone."""

    name: str
    arguments: tuple[Type | Function, ...]
    result: Type
    template: str
    run: Callable[..., Native]
    proposition: str = ""
    cost: int = 1
    commutative: bool = False
    prepare: Callable[[Iterable[tuple[Native, ...]]], None] | None = None
    rare: bool = False
    builds: bool = False


def list_of(type_: Type) -> Type:
    return Type("List", (type_,))


def option_of(type_: Type) -> Type:
    return Type("Option", (type_,), -1, ("Option",), (0,))


def pair_of(left: Type, right: Type) -> Type:
    return Type("Prod", (left, right), -1, ("Prod",), (0, 0))


def components(types: Sequence[Type], constructors: Constructors) -> list[Component]:
    """What there is for these types and the parts of them."""
    found: dict[tuple[str, Type], Component] = {}
    for type_ in types:
        for each in _for_type(type_, set(types), constructors):
            found.setdefault((each.template, each.result), each)
    return list(found.values())


def _for_type(type_: Type, types: set[Type], constructors: Constructors) -> Iterator[Component]:
    if type_ in types and type_ != BOOL:
        yield Component("eq", (type_, type_), BOOL, "{0} == {1}", lambda a, b: a == b, "{0} = {1}", commutative=True)
    match type_.name:
        case "Nat":
            yield from _naturals()
        case "Int":
            yield from _integers()
        case "Bool":
            yield from _booleans()
        case "List":
            yield from _lists(type_, types)
        case "Array":
            yield from _arrays(type_)
        case "Option":
            yield from _options(type_)
        case "Prod":
            yield from _pairs(type_)
        case "Char":
            yield from _characters()
        case "String":
            yield from _strings()
        case _ if type_ in constructors:
            yield from _constructors(type_, constructors)


def small(value: int) -> int:
    """The number itself. Raises Stuck when it is too large to be followed."""
    if abs(value) > LARGE:
        raise Stuck
    return value


def _naturals() -> Iterator[Component]:
    two = (NAT, NAT)
    for constant in (0, 1, 2):
        yield Component(str(constant), (), NAT, str(constant), lambda constant=constant: constant, builds=True)
    yield Component("add", two, NAT, "{0} + {1}", lambda a, b: small(a + b), commutative=True, builds=True)
    yield Component("sub", two, NAT, "{0} - {1}", lambda a, b: max(a - b, 0))
    yield Component("mul", two, NAT, "{0} * {1}", lambda a, b: small(a * b), commutative=True)
    yield Component("div", two, NAT, "{0} / {1}", lambda a, b: a // b if b else 0)
    yield Component("mod", two, NAT, "{0} % {1}", lambda a, b: a % b if b else a)
    yield Component("lt", two, BOOL, "decide ({0} < {1})", lambda a, b: a < b, "{0} < {1}")
    yield Component("le", two, BOOL, "decide ({0} ≤ {1})", lambda a, b: a <= b, "{0} ≤ {1}")
    yield Component("max", two, NAT, "max {0} {1}", max, cost=2, commutative=True)
    yield Component("min", two, NAT, "min {0} {1}", min, cost=2, commutative=True)


def _integers() -> Iterator[Component]:
    two = (INT, INT)
    for constant in (0, 1, -1):
        text = str(constant) if constant >= 0 else f"({constant})"
        yield Component(str(constant), (), INT, text, lambda constant=constant: constant, builds=True)
    yield Component("add", two, INT, "{0} + {1}", lambda a, b: small(a + b), commutative=True, builds=True)
    yield Component("sub", two, INT, "{0} - {1}", lambda a, b: small(a - b))
    yield Component("mul", two, INT, "{0} * {1}", lambda a, b: small(a * b), commutative=True)
    yield Component("neg", (INT,), INT, "-{0}", lambda a: -a)
    yield Component("natAbs", (INT,), NAT, "{0}.natAbs", abs)
    yield Component("toNat", (INT,), NAT, "{0}.toNat", lambda a: max(a, 0), cost=2)
    yield Component("ofNat", (NAT,), INT, "Int.ofNat {0}", lambda a: a, cost=2)
    yield Component("lt", two, BOOL, "decide ({0} < {1})", lambda a, b: a < b, "{0} < {1}")
    yield Component("le", two, BOOL, "decide ({0} ≤ {1})", lambda a, b: a <= b, "{0} ≤ {1}")
    yield Component("max", two, INT, "max {0} {1}", max, cost=2, commutative=True)
    yield Component("min", two, INT, "min {0} {1}", min, cost=2, commutative=True)


def _booleans() -> Iterator[Component]:
    two = (BOOL, BOOL)
    yield Component("true", (), BOOL, "true", lambda: True, builds=True)
    yield Component("false", (), BOOL, "false", lambda: False, builds=True)
    yield Component("not", (BOOL,), BOOL, "!{0}", lambda a: not a)
    yield Component("and", two, BOOL, "{0} && {1}", lambda a, b: a and b, commutative=True)
    yield Component("or", two, BOOL, "{0} || {1}", lambda a, b: a or b, commutative=True)
    yield Component("beq", two, BOOL, "{0} == {1}", lambda a, b: a == b, cost=2, commutative=True)


def _lists(type_: Type, types: set[Type]) -> Iterator[Component]:
    element = type_.arguments[0]
    test = Function(element, BOOL)

    def joined(a: Native, b: Native) -> Native:
        small(len(a) + len(b) << 10)
        return a + b

    yield Component("nil", (), type_, "[]", lambda: (), builds=True)
    yield Component("cons", (element, type_), type_, "{0} :: {1}", lambda a, xs: (a, *xs), builds=True)
    yield Component("append", (type_, type_), type_, "{0} ++ {1}", joined, builds=True)
    yield Component("length", (type_,), NAT, "{0}.length", len)
    yield Component("reverse", (type_,), type_, "{0}.reverse", lambda xs: xs[::-1])
    yield Component("tail", (type_,), type_, "{0}.tail", lambda xs: xs[1:])
    yield Component("take", (type_, NAT), type_, "{0}.take {1}", lambda xs, n: xs[:n])
    yield Component("drop", (type_, NAT), type_, "{0}.drop {1}", lambda xs, n: xs[n:])
    yield Component("isEmpty", (type_,), BOOL, "{0}.isEmpty", lambda xs: not xs)
    yield Component("mem", (element, type_), BOOL, "{1}.contains {0}", lambda a, xs: a in xs, "{0} ∈ {1}")
    yield Component(
        "filter", (type_, test), type_, "{0}.filter {1}", lambda xs, p: tuple(x for x in xs if p(x)), cost=2
    )
    yield Component("all", (type_, test), BOOL, "{0}.all {1}", lambda xs, p: all(p(x) for x in xs), cost=2)
    yield Component("any", (type_, test), BOOL, "{0}.any {1}", lambda xs, p: any(p(x) for x in xs), cost=2)
    yield Component("count", (element, type_), NAT, "{1}.count {0}", lambda a, xs: xs.count(a), cost=2)
    yield Component("headD", (type_, element), element, "{0}.headD {1}", lambda xs, d: xs[0] if xs else d, cost=2)
    if element in (NAT, INT):
        yield Component("sum", (type_,), element, "{0}.sum", lambda xs: small(sum(xs)), cost=2)
    # Not `mergeSort`: it recurs on a measure, which the kernel cannot compute with, so no test could look at it.
    if (option := option_of(element)) in types:
        yield Component("head?", (type_,), option, "{0}.head?", lambda xs: xs[:1] or None)
        yield Component("getLast?", (type_,), option, "{0}.getLast?", lambda xs: xs[-1:] or None, cost=2)
        yield Component("getElem?", (type_, NAT), option, "{0}[{1}]?", lambda xs, i: xs[i : i + 1] or None, cost=2)
        first = lambda xs, p: next(((x,) for x in xs if p(x)), None)  # noqa: E731
        yield Component("find?", (type_, test), option, "{0}.find? {1}", first, cost=2)
    for other in sorted((t for t in types if t.name == "List"), key=str):
        made = Function(element, other.arguments[0])
        yield Component("map", (type_, made), other, "{0}.map {1}", lambda xs, f: tuple(f(x) for x in xs), cost=2)


def _arrays(type_: Type) -> Iterator[Component]:
    """An array is worked on as the list of its elements."""
    element = type_.arguments[0]
    yield Component("toList", (type_,), list_of(element), "{0}.toList", lambda xs: xs)
    yield Component("toArray", (list_of(element),), type_, "{0}.toArray", lambda xs: xs)
    yield Component("size", (type_,), NAT, "{0}.size", len)
    if element in (NAT, INT):
        yield Component("getElem!", (type_, NAT), element, "{0}[{1}]!", lambda xs, i: xs[i] if i < len(xs) else 0)


def _options(type_: Type) -> Iterator[Component]:
    element = type_.arguments[0]
    yield Component("none", (), type_, "none", lambda: None, builds=True)
    yield Component("some", (element,), type_, "some {0}", lambda a: (a,), builds=True)
    yield Component("getD", (type_, element), element, "{0}.getD {1}", lambda o, d: o[0] if o else d)
    yield Component("isSome", (type_,), BOOL, "{0}.isSome", lambda o: o is not None)


def _pairs(type_: Type) -> Iterator[Component]:
    left, right = type_.arguments
    yield Component("pair", (left, right), type_, "({0}, {1})", lambda a, b: (a, b), builds=True)
    yield Component("fst", (type_,), left, "{0}.1", lambda p: p[0])
    yield Component("snd", (type_,), right, "{0}.2", lambda p: p[1])


def _characters() -> Iterator[Component]:
    digit = lambda c: "0" <= c <= "9"  # noqa: E731
    yield Component("isDigit", (CHAR,), BOOL, "{0}.isDigit", digit, cost=2)
    yield Component("toNat", (CHAR,), NAT, "{0}.toNat", ord, cost=2)


def _strings() -> Iterator[Component]:
    yield Component("toList", (STRING,), list_of(CHAR), "{0}.toList", tuple)
    yield Component("ofList", (list_of(CHAR),), STRING, "String.ofList {0}", "".join)
    yield Component("length", (STRING,), NAT, "{0}.length", len)
    yield Component("append", (STRING, STRING), STRING, "{0} ++ {1}", lambda a, b: a + b, builds=True)


def _constructors(type_: Type, constructors: Constructors) -> Iterator[Component]:
    for number, each in enumerate(constructors[type_]):
        slots = " ".join(f"{{{i}}}" for i in range(len(each.fields)))
        text = f"{type_.name}.{each.name} {slots}".strip()
        yield Component(
            each.name, each.fields, type_, text, lambda *fields, number=number: (number, *fields), builds=True
        )


def parts_of(types: Sequence[Type], constructors: Constructors) -> list[Type]:
    """These types, what they are made of, and `Nat` and `Bool`; each once."""
    found: dict[Type, None] = {}
    stack = list(reversed(types))
    while stack:
        type_ = stack.pop()
        if type_ in found:
            continue
        found[type_] = None
        stack += type_.arguments
        if type_.name == "Array":
            stack.append(list_of(type_.arguments[0]))
        for constructor in constructors.get(type_, ()):
            stack += constructor.fields
    return list(found | {NAT: None, BOOL: None})
