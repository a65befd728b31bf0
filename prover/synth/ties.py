"""Variables that a theorem's hypotheses give away.

In `h : f xs = some m → ...` one value of `m` alone makes a test of it, and which one depends on the program. A test
chooses `xs`, and `m` is what the program under test says: `(f xs).getD m`, with the test's own value where the
hypothesis fails anyway. In the same way `x ∈ f xs` makes `x` an element, and `n = 2 * k` makes `n` a double. Such a
test is never weaker than one with a value of its own, which holds vacuously wherever the two differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from decompose.counterexample.statement import Entry, Role, bind
from decompose.counterexample.terms import Terms
from lean_project.check.terms import Name
from lean_project.model import Document

_TO_NAT: dict[Name, tuple[Name, ...]] = {("Nat",): (), ("Int",): (("Int", "natAbs"),), ("Char",): (("Char", "toNat"),)}


@dataclass(frozen=True)
class Tie:
    """The `place`-th entry is what the constant `name` makes of the program and of values for all entries."""

    place: int
    name: Name
    document: Document


def find_ties(
    terms: Terms, entries: Sequence[Entry], body: int, program: int, program_type: int, name: Name
) -> tuple[Tie, ...]:
    """The ties of the hypotheses at the head of `body`, a term over the variables of `entries` and the variable
    `program`. None where an entry is no data: its values are chosen elsewhere."""
    if any(entry.role is not Role.DATA for entry in entries):
        return ()
    places = {entry.variable: i for i, entry in enumerate(entries)}
    free = {entry.variable for entry in entries if not terms.variables(entry.type)}
    found: dict[int, tuple[int, int]] = {}  # by variable: what it is, and what that is read off
    for hypothesis in _hypotheses(terms, body):
        for variable, value, source in _given(terms, hypothesis, free):
            mentioned = terms.variables(source)
            if not mentioned <= {*places, program} or variable in found or mentioned & {variable, *found}:
                continue
            if any(variable in terms.variables(other) for _, other in found.values()):
                continue
            found[variable] = value, source
    made = []
    for variable, (value, _) in found.items():
        place = places[variable]
        full = (*name[:-1], f"{name[-1]}_{place}")
        inner = terms.abstract(bind(terms, "l", list(entries), value), [program])
        arrow = terms.abstract(bind(terms, "p", list(entries), entries[place].type), [program])
        function = terms.add("l", ("program",), program_type, inner, 0)
        type_ = terms.add("p", ("program",), program_type, arrow, 0)
        made.append(Tie(place, full, terms.definition(full, (), type_, function)))
    return tuple(made)


def _hypotheses(terms: Terms, body: int) -> Iterator[int]:
    """The left sides of the arrows at the head of a proposition, conjunctions taken apart."""
    while terms.rows[body][0] == "p":
        row = terms.rows[body]
        waiting = [row[2]]
        while waiting:
            each = waiting.pop()
            if terms.head(each) == ("And",):
                waiting += reversed(terms.spine(each)[1])
            else:
                yield each
        body = terms.instantiate(row[3], terms.variable())


def _given(terms: Terms, hypothesis: int, free: set[int]) -> Iterator[tuple[int, int, int]]:
    """(variable, its value, what the value is read off) for each variable that the hypothesis determines."""
    arguments = terms.spine(hypothesis)[1]
    match terms.head(hypothesis):
        case ("Eq",) if len(arguments) == 3:
            left, right = arguments[1:]
            here = list(_matched(terms, right, left, left, free)) or list(_matched(terms, left, right, right, free))
            yield from here
        case ("Membership", "mem") if len(arguments) == 5:
            element, collection, _, source, wanted = arguments
            value = _element(terms, element, collection, source, wanted) if wanted in free else None
            if value is not None:
                yield wanted, value, source


def _matched(terms: Terms, pattern: int, value: int, source: int, free: set[int]) -> Iterator[tuple[int, int, int]]:
    """The variables of a pattern of `some` and pairs, if it is to be `value`."""
    if pattern in free:
        yield pattern, value, source
        return
    head, arguments = terms.spine(pattern)
    row = terms.rows[head]
    if row[:2] == ("c", ("Option", "some")) and len(arguments) == 2:
        inner = terms.call(terms.add("c", ("Option", "getD"), row[2]), arguments[0], value, arguments[1])
        yield from _matched(terms, arguments[1], inner, source, free)
    elif row[:2] == ("c", ("Prod", "mk")) and len(arguments) == 4:
        for index, part in enumerate(arguments[2:]):
            yield from _matched(terms, part, terms.add("j", ("Prod",), index, value), source, free)


def _element(terms: Terms, element: int, collection: int, source: int, wanted: int) -> int | None:
    """An element of the list `source`, which one by the value of `wanted`; `wanted` itself if the list is empty."""
    head = terms.rows[terms.spine(collection)[0]]
    if head[:2] != ("c", ("List",)):
        return None
    at = terms.add("n", "0")
    if (functions := _TO_NAT.get(terms.head(element))) is not None:
        number = wanted
        for function in functions:
            number = terms.call(terms.add("c", function, ()), number)
        length = terms.call(terms.add("c", ("List", "length"), head[2]), element, source)
        at = terms.call(terms.add("c", ("Nat", "mod"), ()), number, length)
    return terms.call(terms.add("c", ("List", "getD"), head[2]), element, source, at, wanted)
