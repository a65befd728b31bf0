"""Bottom-up enumeration of terms with observational equivalence, and conditionals by condition abduction.

Terms are built in order of size; of terms with equal values on all rows the first is kept (Albarghouthi et al. 2013,
Udupa et al. 2013). Where no single term fits all rows, terms that fit some of them are put under conditions that tell
these rows apart (condition abduction, Kneuss et al. 2013), as decision trees of small depth.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, product
from typing import Any

from decompose.counterexample.values import Type
from prover.synth.components import BOOL, Component, Function, Stuck
from prover.synth.conditionals import decision_tree, useful
from prover.synth.natives import Native
from prover.synth.problem import STUCK, Effort, Problem, Row, Term

_METHOD = re.compile(r"\{0\}\.\w+")
_SAMPLES = 12
_LAMBDA_SIZE = 5
_MOST_LAMBDAS = 150
_MOST_CONDITIONS = 800
_MOST_ROWS = 20_000
_LOOK = 256
"""How many terms are made between two looks at the clock."""
_CONDITION_LEVELS = 3
"""So many times as many conditions as other terms are kept of one size."""
_NESTED = (5, 7)
"""Sizes of plain terms after which nested conditions are looked for."""
_PATIENCE = 2
"""Plain terms so much larger than those of a conditional are tried before it: they may be smaller as a whole."""


@dataclass
class _Bank:
    """Terms by type and size, no two with the same values."""

    by_size: dict[tuple[Type, int], list[Term]] = field(default_factory=dict)
    seen: dict[Type, set[Any]] = field(default_factory=dict)
    count: int = 0

    def add(self, term: Term) -> bool:
        seen = self.seen.setdefault(term.type, set())
        if term.values in seen or all(value is STUCK for value in term.values):
            return False
        seen.add(term.values)
        self.by_size.setdefault((term.type, term.size), []).append(term)
        self.count += 1
        return True

    def of(self, type_: Type, size: int) -> list[Term]:
        return self.by_size.get((type_, size), [])


def solve(problem: Problem, library: Sequence[Component], effort: Effort) -> Iterator[Term]:
    """Terms that are right on all rows, small ones first, conditionals after the plain terms of their size.

    Values of a term returned are those on the rows.
    """
    deadline = time.thread_time() + effort.seconds
    bank = _Bank()
    lambdas: dict[Function, list[tuple[Term, tuple[Any, ...]]]] = {}
    full = (1 << len(problem.rows)) - 1
    covers: dict[int, Term] = {}
    conditions: dict[int, Term] = {}
    found = 0
    waiting: tuple[Term, int] | None = None  # a conditional, and the size after whose plain terms its turn comes
    for size in range(1, effort.size + 1):
        for term in _level(problem, library, bank, lambdas, size, deadline):
            most = effort.level * (_CONDITION_LEVELS if term.type == BOOL else 1)
            if len(bank.of(term.type, size)) >= most or not bank.add(term):
                continue
            if term.type == problem.result:
                mask = _mask(problem, term)
                if mask == full:
                    yield term
                    found += 1
                elif mask:
                    covers.setdefault(mask, term)
            if term.type == BOOL and STUCK not in term.values:
                truth = sum(1 << i for i, value in enumerate(term.values) if value)
                if 0 < truth < full and full ^ truth not in conditions:
                    conditions.setdefault(truth, term)
            if bank.count >= effort.terms or time.thread_time() > deadline:
                break
        if found >= effort.solutions:
            return
        over = bank.count >= effort.terms or time.thread_time() > deadline or size == effort.size
        if found == 0 and waiting is None and effort.depth and size > 2:
            # One condition of any size says more than several small ones: nested ones come now and then.
            depth = effort.depth if over or size in _NESTED else 1
            known = list(conditions.items())[:_MOST_CONDITIONS]
            tree = decision_tree(useful(covers), known, full, depth, deadline + effort.seconds)
            if tree is not None:
                waiting = tree, min(tree.size, size + _PATIENCE)
        if waiting is not None and (over or size >= waiting[1] or bank.count > effort.terms // 2):
            yield waiting[0]
            waiting = None
            found += 1
        if found >= effort.solutions or over:
            return


def _mask(problem: Problem, term: Term) -> int:
    return sum(
        1 << i
        for i, (value, row) in enumerate(zip(term.values, problem.rows, strict=True))
        if value is not STUCK and value in row.right
    )


def _level(
    problem: Problem,
    library: Sequence[Component],
    bank: _Bank,
    lambdas: dict[Function, list[tuple[Term, tuple[Any, ...]]]],
    size: int,
    deadline: float,
) -> Iterator[Term]:
    """The terms of one size: variables and constants, then components on smaller terms."""
    if size == 1:
        for i, (name, type_) in enumerate(zip(problem.names, problem.types, strict=True)):
            yield Term(name, type_, 1, tuple(row.values[i] for row in problem.rows), atomic=True)
    for each in library:
        if time.thread_time() > deadline:
            return
        if not each.arguments:
            if each.cost == size and (value := _constant(each)) is not STUCK:
                yield Term(each.template, each.result, size, (value,) * len(problem.rows), atomic=True)
            continue
        for sizes in _splits(size - each.cost, len(each.arguments)):
            choices = [_choices(problem, library, bank, lambdas, t, n) for t, n in zip(each.arguments, sizes)]  # noqa: B905
            if each.prepare is not None:
                each.prepare(islice(_rows(choices), _MOST_ROWS))
            seen = bank.seen.setdefault(each.result, set())
            for count, arguments in enumerate(product(*choices)):
                if each.commutative and sizes[0] == sizes[1] and arguments[0][0].text > arguments[1][0].text:
                    continue
                if count % _LOOK == 0 and time.thread_time() > deadline:
                    return
                values = _values(each, arguments)
                if values not in seen:
                    yield _applied(each, [term for term, _ in arguments], values, size)


def _constant(each: Component) -> Native:
    if each.prepare is not None:
        each.prepare([()])
    try:
        return each.run()
    except Stuck:
        return STUCK


def _rows(choices: Sequence[list[tuple[Term, tuple[Any, ...]]]]) -> Iterator[tuple[Native, ...]]:
    """The arguments that a component will be run on, repeated ones too."""
    for arguments in product(*choices):
        for row in zip(*(values for _, values in arguments), strict=True):
            if not any(value is STUCK for value in row):
                yield row


def _choices(
    problem: Problem,
    library: Sequence[Component],
    bank: _Bank,
    lambdas: dict[Function, list[tuple[Term, tuple[Any, ...]]]],
    type_: Type | Function,
    size: int,
) -> list[tuple[Term, tuple[Any, ...]]]:
    """Terms for an argument with their values on the rows, which are functions for one that is a function."""
    if isinstance(type_, Type):
        return [(term, term.values) for term in bank.of(type_, size)]
    if type_ not in lambdas:
        lambdas[type_] = _functions(problem, library, type_)
    return [each for each in lambdas[type_] if each[0].size == size]


def _splits(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    if parts == 1:
        if total >= 1:
            yield (total,)
        return
    for first in range(1, total - parts + 2):
        for rest in _splits(total - first, parts - 1):
            yield (first, *rest)


_NO_VALUE = (Stuck, IndexError, ValueError, OverflowError, TypeError)


def _values(each: Component, arguments: Sequence[tuple[Term, tuple[Any, ...]]]) -> tuple[Any, ...]:
    """What the component computes on each row."""
    if not any(term.stuck for term, _ in arguments):
        try:
            return tuple(map(each.run, *(values for _, values in arguments)))
        except _NO_VALUE:
            pass  # on some row: one by one
    found = []
    for row in zip(*(values for _, values in arguments), strict=True):
        if any(value is STUCK for value in row):
            found.append(STUCK)
            continue
        try:
            found.append(each.run(*row))
        except _NO_VALUE:
            found.append(STUCK)
    return tuple(found)


def _applied(each: Component, arguments: Sequence[Term], values: tuple[Any, ...], size: int) -> Term:
    texts = [term.argument for term in arguments]
    shown = each.proposition.format(*texts) if each.proposition else ""
    text = each.template.format(*texts)
    closed = each.name == "pair" or _METHOD.fullmatch(each.template) is not None
    stuck = any(value is STUCK for value in values)
    return Term(text, each.result, size, values, shown, atomic=closed, stuck=stuck)


def _functions(problem: Problem, library: Sequence[Component], wanted: Function) -> list[tuple[Term, tuple[Any, ...]]]:
    """Functions of one variable: terms that use one more variable, told apart by their values at sampled arguments."""
    samples = list(dict.fromkeys(_found(problem, wanted.domain)))[:_SAMPLES]
    if not samples:
        return []
    taken = {*problem.names, *(component.name for component in library)}
    name = next(n for n in ("x", "y", "z", "a", "b", "c", "w", "u", "v", "x1", "x2") if n not in taken)
    first_order = [c for c in library if not c.rare and not any(isinstance(a, Function) for a in c.arguments)]
    rows = tuple(Row((*row.values, sample), frozenset()) for row in problem.rows for sample in samples)
    inner = Problem((*problem.names, name), (*problem.types, wanted.domain), wanted.result, rows)
    bank = _Bank()
    made: list[tuple[Term, tuple[Any, ...]]] = []
    deadline = time.thread_time() + 2.0
    for size in range(1, _LAMBDA_SIZE + 1):
        start = len(made)
        for body in _level(inner, first_order, bank, {}, size, deadline):
            if not bank.add(body) or body.type != wanted.result or name not in _words(body.text):
                continue
            tables = []
            for i in range(len(problem.rows)):
                part = body.values[i * len(samples) : (i + 1) * len(samples)]
                tables.append(_Table(dict(zip(samples, part, strict=True)), body.text))
            # A function is one thing to understand, whatever it is made of.
            shown = Term(f"fun {name} => {body.text}", wanted.result, max(1, size - 2), (), atomic=False)
            made.append((shown, tuple(tables)))
            if len(made) - start >= _MOST_LAMBDAS:
                break
    return made


class _Table:
    """A function by its values at the arguments that occur in the rows."""

    def __init__(self, values: Mapping[Native, Any], text: str) -> None:
        self._values, self._text = values, text

    def __call__(self, argument: Native) -> Native:
        value = self._values.get(argument, STUCK)
        if value is STUCK:
            raise Stuck
        return value


def _words(text: str) -> list[str]:
    return "".join(c if c.isalnum() or c == "_" else " " for c in text).split()


def _found(problem: Problem, wanted: Type) -> Iterator[Native]:
    """Values of a type inside the values of the rows' variables."""

    def visit(value: Native, type_: Type) -> Iterator[Native]:
        if type_ == wanted:
            yield value
        if type_.name in ("List", "Array"):
            for part in value:
                yield from visit(part, type_.arguments[0])
        elif type_.name == "String" and wanted.name == "Char":
            yield from value
        elif type_.name == "Prod":
            for part, below in zip(value, type_.arguments, strict=True):
                yield from visit(part, below)
        elif type_.name == "Option" and value is not None:
            yield from visit(value[0], type_.arguments[0])

    for row in problem.rows:
        for value, type_ in zip(row.values, problem.types, strict=True):
            yield from visit(value, type_)
