"""A result that is built by one constructor, whatever the input, is as many smaller problems as that has fields.

`(hours, minutes)` is found by finding each of the two: terms for a field are a fraction of the size of the whole. Where
several results are right, the second field is looked for among those that go with the first one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from decompose.counterexample.values import Type
from prover.synth.components import Component
from prover.synth.enumerate import solve
from prover.synth.natives import Constructors, Native
from prover.synth.problem import Effort, Problem, Row, Term

_FIRST = 6
"""Terms for a field that the next fields are tried with, at most."""
_SMALL = 3
"""Terms of this size come before the whole is taken apart."""


@dataclass(frozen=True)
class _Shape:
    """A constructor. `template`: Lean text, {0}, {1}, ... for fields, which are `bracketed` where they need it (in
    all but a pair, whose own brackets they stand in). `fields`: of a value, None where another constructor made it.
    `only`: its type has no other one."""

    types: tuple[Type, ...]
    template: str
    bracketed: bool
    fields: Callable[[Native], tuple[Native, ...] | None]
    only: bool = False


def solve_whole(
    problem: Problem, library: Sequence[Component], effort: Effort, constructors: Constructors
) -> Iterator[Term]:
    """`enumerate.solve`, and the same by fields where all right results have one constructor in common."""
    shapes = [shape for shape in _shapes(problem.result, constructors) if _fits(problem, shape)]
    if not shapes:
        yield from solve(problem, library, effort)
        return
    seen: set[str] = set()
    quick = replace(effort, size=min(_SMALL, effort.size), depth=0)
    made = (term for shape in shapes for term in _by_fields(problem, shape, library, effort, constructors))
    for terms in (solve(problem, library, quick), _sorted(made), solve(problem, library, effort)):
        for term in terms:
            if term.text not in seen:
                seen.add(term.text)
                yield term
                if len(seen) >= effort.solutions:
                    return


def _by_fields(
    problem: Problem, shape: _Shape, library: Sequence[Component], effort: Effort, constructors: Constructors
) -> Iterator[Term]:
    split = [[fields for value in row.right if (fields := shape.fields(value)) is not None] for row in problem.rows]
    share = replace(effort, seconds=effort.seconds / max(1, len(shape.types)), solutions=min(_FIRST, effort.solutions))

    def chosen(known: tuple[Term, ...], left: list[list[tuple[Native, ...]]]) -> Iterator[tuple[Term, ...]]:
        at = len(known)
        if at == len(shape.types):
            yield known
            return
        rows = tuple(
            Row(row.values, frozenset(fields[at] for fields in each))
            for row, each in zip(problem.rows, left, strict=True)
        )
        field = Problem(problem.names, problem.types, shape.types[at], rows)
        for term in islice(solve_whole(field, library, share, constructors), share.solutions):
            fitting = [
                [fields for fields in each if fields[at] == value]
                for each, value in zip(left, term.values, strict=True)
            ]
            yield from chosen((*known, term), fitting)

    for terms in chosen((), split):
        texts = [term.argument if shape.bracketed else term.text for term in terms]
        size = 1 + sum(term.size for term in terms)
        whole = shape.template.format(*texts)
        yield Term(whole, problem.result, size, _joined(problem, shape, terms), atomic=not shape.bracketed)


def _joined(problem: Problem, shape: _Shape, terms: Sequence[Term]) -> tuple[Native, ...]:
    """On each row the right result that the fields make."""
    found = []
    for i, row in enumerate(problem.rows):
        fields = tuple(term.values[i] for term in terms)
        found.append(next(value for value in row.right if shape.fields(value) == fields))
    return tuple(found)


def _fits(problem: Problem, shape: _Shape) -> bool:
    """The right result of every row is known and has that shape; where no other shape is possible, one of several
    right results will do."""
    if not problem.rows:
        return False
    if shape.only:
        return all(row.right for row in problem.rows)
    return all(len(row.right) == 1 and all(shape.fields(v) is not None for v in row.right) for row in problem.rows)


def _shapes(type_: Type, constructors: Constructors) -> Iterator[_Shape]:
    match type_.name:
        case "Prod":
            yield _Shape(type_.arguments, "({0}, {1})", False, lambda value: value, only=True)
        case "Option":
            yield _Shape(type_.arguments, "some {0}", True, lambda value: value)
        case "List":
            yield _Shape(
                (type_.arguments[0], type_), "{0} :: {1}", True, lambda value: (value[0], value[1:]) if value else None
            )
        case _:
            for number, each in enumerate(constructors.get(type_, ())):
                if not each.fields:
                    continue
                slots = " ".join(f"{{{i}}}" for i in range(len(each.fields)))

                def fields(value: Native, number: int = number) -> tuple[Native, ...] | None:
                    return value[1:] if value[0] == number else None

                only = len(constructors[type_]) == 1
                yield _Shape(each.fields, f"{type_.name}.{each.name} {slots}", True, fields, only)


def _sorted(terms: Iterator[Term]) -> Iterator[Term]:
    """By size; asked for when they are needed."""
    yield from sorted(terms, key=lambda term: term.size)
