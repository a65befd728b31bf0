"""What stands for types, instances, propositions, functions and predicates: a few fixed texts, no random ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from decompose.counterexample.generate import Generator
from decompose.counterexample.reify import Environment, Reifier
from decompose.counterexample.statement import Entry, Reader, Role, Statement, Untestable
from decompose.counterexample.values import CHOSEN, Type

MOST = 6
"""Variants of one statement that are tested at most."""
_NUMERIC = frozenset({"Nat", "Int"})


@dataclass(frozen=True)
class Variant:
    """A choice for every entry that is not data. `texts`: Lean terms by free variable; `environment`: the types."""

    texts: dict[int, str]
    environment: dict[int, Type]


def variants(statement: Statement, reader: Reader, reifier: Reifier) -> tuple[Variant, ...]:
    """At most MOST choices, the plainest first; one without entries where the goal has only data.

    Raises Untestable.
    """
    found = [Variant({}, {})]
    for entry in statement.entries:
        if entry.role is Role.DATA:
            continue
        longer: list[list[Variant]] = []
        for variant in found:
            choices = list(_choices(entry, statement, reader, reifier, variant.environment))
            if not choices:
                raise Untestable(f"nothing to stand for {entry.name}")
            longer.append([_with(variant, entry, text) for text in choices])
        found = _interleaved(longer)[:MOST]
    return tuple(found)


def _with(variant: Variant, entry: Entry, text: str) -> Variant:
    made = replace(variant, texts={**variant.texts, entry.variable: text})
    if entry.role is Role.TYPE:
        made = replace(made, environment={**variant.environment, entry.variable: CHOSEN})
    return made


def _interleaved(rows: Sequence[list[Variant]]) -> list[Variant]:
    """The first of every row, then the second of every row, and so on."""
    longest = max(len(row) for row in rows)
    return [row[i] for i in range(longest) for row in rows if i < len(row)]


def _choices(
    entry: Entry, statement: Statement, reader: Reader, reifier: Reifier, environment: Environment
) -> Iterator[str]:
    terms = statement.terms
    match entry.role:
        case Role.TYPE:
            yield "_root_.Nat"
        case Role.INSTANCE:
            yield "inferInstance"
        case Role.PROPOSITION:
            yield from ("_root_.True", "_root_.False")
        case _:
            domains: list[Type | None] = []
            term = reader.unfold(entry.type)
            while terms.rows[term][0] == "p":
                row = terms.rows[term]
                domains.append(_type(reifier, row[2], environment))
                term = reader.unfold(terms.instantiate(row[3], terms.variable()))
            if entry.role is Role.PREDICATE:
                yield from _predicates(domains)
            else:
                yield from _functions(domains, reifier.type(term, environment), reifier)


def _type(reifier: Reifier, term: int, environment: Environment) -> Type | None:
    """None for types that no values are known of: a function may still ignore its argument."""
    try:
        return reifier.type(term, environment)
    except Untestable:
        return None


def _predicates(domains: Sequence[Type | None]) -> Iterator[str]:
    wild = " ".join("_" for _ in domains)
    if len(domains) == 1 and domains[0] and domains[0].name in _NUMERIC:
        yield "fun a => a = 0"
        yield "fun a => a < 2"
    elif len(domains) == 2 and domains[0] == domains[1] and domains[0]:
        if domains[0].name in _NUMERIC:
            yield "fun a b => a ≤ b"
            yield "fun a b => a < b"
        yield "fun a b => a = b"
    yield f"fun {wild} => _root_.True"
    yield f"fun {wild} => _root_.False"


def _functions(domains: Sequence[Type | None], result: Type, reifier: Reifier) -> Iterator[str]:
    names = [f"a{i}" for i in range(len(domains))]
    same = [name for name, domain in zip(names, domains, strict=True) if domain == result]
    numeric = [name for name, domain in zip(names, domains, strict=True) if domain and domain.name in _NUMERIC]
    head = f"fun {' '.join(names)} =>"
    if result.name == "Bool":
        if len(numeric) == 1:
            yield f"{head} _root_.decide ({numeric[0]} % 2 = 0)"
            yield f"{head} _root_.decide ({numeric[0]} < 2)"
        elif len(numeric) >= 2:
            yield f"{head} _root_.decide ({numeric[0]} ≤ {numeric[1]})"
            yield f"{head} _root_.decide ({numeric[0]} = {numeric[1]})"
            yield f"{head} _root_.decide ({numeric[0]} < {numeric[1]})"
    elif result.name in _NUMERIC:
        if len(same) >= 2:
            yield f"{head} {same[0]} + {same[1]}"
            yield f"{head} {same[0]} - {same[1]}"
        elif same:
            yield f"{head} {same[0]} + 1"
            yield f"{head} {same[0]} * {same[0]}"
    yield from (f"{head} {name}" for name in same)
    generator = Generator(reifier.constructors)
    constants = [value for cost in range(3) for value in generator.exactly(result, cost)][:2]
    yield from (f"{head} {value.text}" for value in constants)
