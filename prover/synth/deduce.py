"""Library functions whose argument is a function, with that function found from what the results say about it.

From `f xs = xs.filter p` and an example it follows what `p` is at each element: so `p` is a problem of its own, with as
many rows as all lists have elements, and may be as large as any term (Feser et al., *Synthesizing data structure
transformations from input-output examples*, PLDI 2015). The lists are parameters, or `List.range` up to a number that
the input says: `(List.range k).map fun i => ...` is any list whose length and whose `i`-th element are known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from decompose.counterexample.values import Type
from prover.synth.branches import Rows, first, solve_rows
from prover.synth.components import BOOL, NAT, list_of, option_of
from prover.synth.holes import Candidate
from prover.synth.natives import Native
from prover.synth.oracle import Input
from prover.synth.problem import Effort, Problem, Row
from prover.synth.recursion import Goal, fresh

_LEAST = 3
"""Examples of one right result that are needed."""
_MOST_ROWS = 120
BY_INDEX = "list by index"
"""The origin of bodies that go through `List.range`."""

Elements = tuple[Native, ...]
Values = Mapping[Native, Native]
"""What a function is at some arguments."""


@dataclass(frozen=True)
class _Shape:
    """A function of the library. `result`: its type, from the elements' and the program's; None where it does not fit.
    `argument`: the type of what its function gives. `says`: what an example says about that function; None where it
    cannot be."""

    name: str
    fits: Callable[[Type, Type], bool]
    argument: Callable[[Type], Type]
    says: Callable[[Elements, Native], Values | None]


def higher_order(goal: Goal, effort: Effort) -> Iterator[Candidate]:
    """Bodies that are one such function of one list."""
    examples = {given: next(iter(right)) for given, right in goal.examples.items() if len(right) == 1}
    if len(examples) < _LEAST:
        return
    for text, element, elements in _sources(goal, examples, effort):
        for shape in _SHAPES:
            if shape.fits(element, goal.signature.result):
                yield from _filled(goal, examples, text, element, elements, shape, effort)


def _filled(
    goal: Goal,
    examples: Mapping[Input, Native],
    source: str,
    element: Type,
    elements: Mapping[Input, Elements],
    shape: _Shape,
    effort: Effort,
) -> Iterator[Candidate]:
    rows: dict[tuple[Native, ...], Native] = {}
    for given, result in examples.items():
        said = shape.says(elements[given], result)
        if said is None:
            return
        for argument, value in said.items():
            if rows.setdefault((*given, argument), value) != value:
                return
    if not rows or (shape.argument(goal.signature.result) == BOOL and len(set(rows.values())) == 1):
        return  # a test that nothing fails, or nothing passes, is none
    (x,) = fresh(goal, "i" if source.startswith("(") else "x")
    problem = Problem(
        (*goal.names, x),
        (*goal.signature.types, element),
        shape.argument(goal.signature.result),
        tuple(Row(values, frozenset([value])) for values, value in list(rows.items())[:_MOST_ROWS]),
    )
    body = solve_rows(goal, Rows(problem, len(goal.names)), effort)
    if body is not None:
        origin = BY_INDEX if source.startswith("(") else shape.name.rstrip("?")
        yield Candidate(f"{source}.{shape.name} (fun {x} => {body.text})", body.helpers, origin)


def _sources(
    goal: Goal, examples: Mapping[Input, Native], effort: Effort
) -> Iterator[tuple[str, Type, Mapping[Input, Elements]]]:
    """Lists to go through: as text, the type of their elements, and these at each input."""
    for at, (name, type_) in enumerate(zip(goal.names, goal.signature.types, strict=True)):
        if type_.name == "List":
            yield name, type_.arguments[0], {given: given[at] for given in examples}
    if goal.signature.result.name == "List":
        # Where the list itself is one by index, its length is a number to be found.
        rows = tuple(Row(given, frozenset([len(result)])) for given, result in examples.items())
        length = first(goal, Problem(goal.names, goal.signature.types, NAT, rows), effort)
        if length is not None:
            ranges = {given: tuple(range(len(result))) for given, result in examples.items()}
            yield f"(List.range {length.argument})", NAT, ranges
    for at, (name, type_) in enumerate(zip(goal.names, goal.signature.types, strict=True)):
        if type_ == NAT:
            yield f"(List.range {name})", NAT, {given: tuple(range(given[at])) for given in examples}
            yield f"(List.range ({name} + 1))", NAT, {given: tuple(range(given[at] + 1)) for given in examples}


def _map(xs: Elements, result: Native) -> Values | None:
    return _consistent(zip(xs, result, strict=True)) if len(xs) == len(result) else None


def _consistent(pairs: Iterator[tuple[Native, Native]]) -> Values | None:
    found: dict[Native, Native] = {}
    for argument, value in pairs:
        if found.setdefault(argument, value) != value:
            return None
    return found


def _filter(xs: Elements, result: Native) -> Values | None:
    return {x: x in result for x in xs} if tuple(x for x in xs if x in result) == result else None


def _find(xs: Elements, result: Native) -> Values | None:
    if result is None:
        return dict.fromkeys(xs, False)
    before = tuple(takewhile(lambda x: x != result[0], xs))
    return {**dict.fromkeys(before, False), result[0]: True} if result[0] in xs else None


def _position(xs: Elements, result: Native) -> Values | None:
    if result is None:
        return dict.fromkeys(xs, False)
    (at,) = result
    return _consistent((x, i == at) for i, x in enumerate(xs[: at + 1])) if at < len(xs) else None


def _prefix(xs: Elements, result: Native) -> Values | None:
    count = len(result)
    return _consistent((x, i < count) for i, x in enumerate(xs[: count + 1])) if xs[:count] == result else None


def _suffix(xs: Elements, result: Native) -> Values | None:
    return _prefix(xs, xs[: len(xs) - len(result)]) if result == xs[len(xs) - len(result) :] else None


def _all(xs: Elements, result: Native) -> Values | None:
    """Of several elements one is wrong, but which is not said."""
    if result:
        return dict.fromkeys(xs, True)
    return None if not xs else {xs[0]: False} if len(set(xs)) == 1 else {}


def _any(xs: Elements, result: Native) -> Values | None:
    said = _all(xs, not result)
    return None if said is None else {x: not value for x, value in said.items()}


def _listed(element: Type, result: Type) -> bool:
    return result == list_of(element)


_SHAPES: Sequence[_Shape] = (
    _Shape("map", lambda element, result: result.name == "List", lambda result: result.arguments[0], _map),
    _Shape("filter", _listed, lambda result: BOOL, _filter),
    _Shape("takeWhile", _listed, lambda result: BOOL, _prefix),
    _Shape("dropWhile", _listed, lambda result: BOOL, _suffix),
    _Shape("find?", lambda element, result: result == option_of(element), lambda result: BOOL, _find),
    _Shape("findIdx?", lambda element, result: result == option_of(NAT), lambda result: BOOL, _position),
    _Shape("all", lambda element, result: result == BOOL, lambda result: BOOL, _all),
    _Shape("any", lambda element, result: result == BOOL, lambda result: BOOL, _any),
)
